package optest

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// projectScope asks for a token whose audience is World.Project.
const projectScope = "urn:zitadel:iam:org:project:id:400663550533569574:aud"

// send sends a request, a form if there is one, and returns the answer and its
// body.
func send(t *testing.T, method, target string, form url.Values, header http.Header) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Host = header.Get("Host")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

// object sends a request and returns the JSON object in the answer.
func object(t *testing.T, method, target string, form url.Values, header http.Header) (int, map[string]any) {
	t.Helper()
	response, body := send(t, method, target, form, header)
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatalf("%s %s: %v in %q", method, target, err, body)
	}
	return response.StatusCode, members
}

// secretGrant returns the form of a client_credentials grant.
func secretGrant(u *ServiceUser) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {projectScope},
		"client_id": {u.Name}, "client_secret": {u.Secret},
	}
}

// accessToken gets an access token from the issuer.
func accessToken(t *testing.T, i *Issuer, form url.Values) string {
	t.Helper()
	status, answer := object(t, http.MethodPost, i.URL+tokenPath, form, nil)
	token, ok := answer["access_token"].(string)
	if status != http.StatusOK || !ok {
		t.Fatalf("status %d, %v", status, answer)
	}
	return token
}

// introspect asks for a token as an application with a secret.
func introspect(t *testing.T, i *Issuer, a *Application, token string) (int, map[string]any) {
	t.Helper()
	return object(t, http.MethodPost, i.URL+introspectionPath, url.Values{
		"token": {token}, "client_id": {a.ClientID}, "client_secret": {a.Secret},
	}, nil)
}

// assertion signs an assertion with a key file as a client would.
func assertion(t *testing.T, keyFile []byte, audience string) string {
	t.Helper()
	var file struct{ KeyID, Key, UserID, ClientID string }
	if err := json.Unmarshal(keyFile, &file); err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(file.Key))
	if block == nil {
		t.Fatalf("no PEM block in %q", file.Key)
	}
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: file.KeyID},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	signed, err := signer.Sign(mustJSON(map[string]any{
		"iss": file.UserID + file.ClientID, "sub": file.UserID + file.ClientID,
		"aud": audience, "iat": now, "exp": now + 60,
	}))
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

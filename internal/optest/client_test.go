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

// projectScope is the scope that adds World.Project to a token's audience.
const projectScope = "urn:zitadel:iam:org:project:id:400663550533569574:aud"

// send sends a request and returns the response and its body. If form is not nil, it is sent
// as the request's body.
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

// sendForJSON is like send, but returns the status and the JSON object in the response.
func sendForJSON(t *testing.T, method, target string, form url.Values, header http.Header) (int, map[string]any) {
	t.Helper()
	response, body := send(t, method, target, form, header)
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		t.Fatalf("%s %s: %v in %q", method, target, err, body)
	}
	return response.StatusCode, members
}

// clientCredentialsForm returns the form of a client_credentials grant for u.
func clientCredentialsForm(u *ServiceUser) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {projectScope},
		"client_id": {u.Name}, "client_secret": {u.Secret},
	}
}

// jwtBearerForm returns the form of a jwt-bearer grant with an assertion that is signed with
// the key in keyFile.
func jwtBearerForm(t *testing.T, i *Issuer, keyFile []byte, scope string) url.Values {
	t.Helper()
	return url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"scope":      {scope}, "assertion": {signAssertion(t, keyFile, i.URL)},
	}
}

// introspectionForm returns the form of an introspection request from an application that
// authenticates with the key in keyFile.
func introspectionForm(t *testing.T, i *Issuer, keyFile []byte, token string) url.Values {
	t.Helper()
	return url.Values{
		"token":                 {token},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {signAssertion(t, keyFile, i.URL)},
	}
}

// requestToken requests an access token from the issuer.
func requestToken(t *testing.T, i *Issuer, form url.Values) string {
	t.Helper()
	status, object := sendForJSON(t, http.MethodPost, i.URL+tokenPath, form, nil)
	token, ok := object["access_token"].(string)
	if status != http.StatusOK || !ok {
		t.Fatalf("token endpoint: status %d, %v; want an access token", status, object)
	}
	return token
}

// introspect introspects a token as application a, which authenticates with its secret. It
// returns the status and the JSON object in the response.
func introspect(t *testing.T, i *Issuer, a *Application, token string) (int, map[string]any) {
	t.Helper()
	return sendForJSON(t, http.MethodPost, i.URL+introspectionPath, url.Values{
		"token": {token}, "client_id": {a.ClientID}, "client_secret": {a.Secret},
	}, nil)
}

// signAssertion returns an assertion for audience that is signed with the key in keyFile.
func signAssertion(t *testing.T, keyFile []byte, audience string) string {
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

package optest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// world is shared by the tests, since its keys take a while to make.
var world = sync.OnceValue(NewWorld)

// start starts an issuer that is closed at the end of the test.
func start(t *testing.T, w *World) *Issuer {
	t.Helper()
	issuer, err := Start(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	return issuer
}

func TestKeyFilesSignAssertions(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	grant := func(keyFile []byte) url.Values {
		return url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
			"scope":      {projectScope}, "assertion": {assertion(t, keyFile, issuer.URL)},
		}
	}
	accessToken(t, issuer, grant(w.Service.SecondKeyJSON()))
	token := accessToken(t, issuer, grant(w.ServiceJWT.KeyJSON()))

	for _, keyFile := range [][]byte{w.API.KeyJSON(), w.API.SecondKeyJSON(), w.OIDC.KeyJSON()} {
		status, answer := object(t, http.MethodPost, issuer.URL+introspectionPath, url.Values{
			"token":                 {token},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			"client_assertion":      {assertion(t, keyFile, issuer.URL)},
		}, nil)
		if status != http.StatusOK || answer["active"] != true {
			t.Errorf("introspection: status %d, %v", status, answer)
		}
	}
	if w.APIBasic.KeyJSON() != nil || w.ServiceJWT.SecondKeyJSON() != nil {
		t.Error("there is a key file without a key")
	}

	_, keys := send(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(keys, &set); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signed.Verify(set); err != nil {
		t.Errorf("the access token does not verify with the published keys: %v", err)
	}
}

func TestRequestsAreRecorded(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	if last := issuer.Last(Token); last.Method != "" {
		t.Errorf("request before the first one: %+v", last)
	}
	issuer.Fail(Token, 1, Fault{Status: http.StatusBadGateway})
	send(t, http.MethodPost, issuer.URL+tokenPath, secretGrant(w.Service), nil)
	send(t, http.MethodPost, issuer.URL+tokenPath, secretGrant(w.ServiceJWT), http.Header{"X-Test": {"1"}})
	if got := issuer.Requests(Token); got != 2 {
		t.Errorf("%d requests to the token endpoint, want 2", got)
	}
	if got := issuer.Requests(JWKS); got != 0 {
		t.Errorf("%d requests for keys, want none", got)
	}
	last := issuer.Last(Token)
	if last.Method != http.MethodPost || "http://"+last.Host != issuer.URL ||
		last.Header.Get("X-Test") != "1" || last.Form.Get("client_id") != w.ServiceJWT.Name {
		t.Errorf("last request: %+v", last)
	}
	if got := issuer.Connections(); got < 1 || got > 2 {
		t.Errorf("%d connections, want 1 or 2", got)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	issuer := start(t, world())
	first, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
	second, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
	if first.Header.Get("Cache-Control") != "no-store" || first.Header.Get("Pragma") != "no-cache" ||
		first.Header.Get("Expires") == "" {
		t.Errorf("headers of the discovery document: %v", first.Header)
	}
	if id := first.Header.Get("X-Request-Id"); id == "" || id == second.Header.Get("X-Request-Id") {
		t.Errorf("request IDs %q and %q, want two of them", id, second.Header.Get("X-Request-Id"))
	}
	if cookies := first.Cookies(); len(cookies) != 1 || cookies[0].Name != "zitadel.useragent" {
		t.Errorf("cookies %v, want zitadel.useragent", cookies)
	}
	keys, _ := send(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
	if got := keys.Header.Values("Cache-Control"); len(got) != 1 || got[0] != "max-age=300, must-revalidate" {
		t.Errorf("Cache-Control of the keys %q", got)
	}
}

func TestSkewedClock(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	token := accessToken(t, issuer, secretGrant(w.Service))
	issuer.Skew(24 * time.Hour)

	response, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	if ahead := time.Until(date); ahead < 23*time.Hour || ahead > 25*time.Hour {
		t.Errorf("the Date header is %v ahead, want a day", ahead)
	}
	if _, answer := introspect(t, issuer, w.APIBasic, token); answer["active"] != false {
		t.Errorf("a token of yesterday: %v", answer)
	}
	status, answer := object(t, http.MethodPost, issuer.URL+tokenPath, url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {"openid"},
		"assertion": {assertion(t, w.Service.KeyJSON(), issuer.URL)},
	}, nil)
	if status != http.StatusBadRequest || answer["error"] != "invalid_grant" {
		t.Errorf("an assertion of yesterday: status %d, %v", status, answer)
	}
}

func TestUnknownHost(t *testing.T) {
	t.Parallel()
	w := NewWorld()
	w.Domain = "zitadel.example"
	issuer := start(t, w)
	for _, path := range []string{discoveryPath, jwksPath, tokenPath, introspectionPath, userInfoPath, revocationPath} {
		response, body := send(t, http.MethodGet, issuer.URL+path, nil, nil)
		if response.StatusCode != http.StatusNotFound || response.Header.Get("Cache-Control") != "no-store" ||
			!bytes.HasPrefix(body, []byte("unable to set instance using origin &{127.0.0.1:")) {
			t.Errorf("%s: status %d, %q", path, response.StatusCode, body)
		}
	}
	if response, _ := send(t, http.MethodGet, issuer.URL+readyPath, nil, nil); response.StatusCode != http.StatusOK {
		t.Errorf("readiness probe: status %d", response.StatusCode)
	}
	_, document := object(t, http.MethodGet, issuer.URL+discoveryPath, nil, http.Header{
		"Host": {"zitadel.example"}, "X-Forwarded-Proto": {"https"},
	})
	if document["issuer"] != "https://zitadel.example" {
		t.Errorf("issuer %v, want that of the proxy", document["issuer"])
	}
}

func TestTokensAndHosts(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	for user, active := range map[*ServiceUser]bool{w.Service: true, w.ServiceJWT: false} {
		_, answer := object(t, http.MethodPost, issuer.URL+tokenPath, secretGrant(user),
			http.Header{"Host": {"127.0.0.1:9999"}})
		token, _ := answer["access_token"].(string)
		if _, answer := introspect(t, issuer, w.APIBasic, token); answer["active"] != active {
			t.Errorf("token of %s from another port: %v, want active %t", user.Name, answer, active)
		}
	}
}

func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	issuer.DatabaseDown(true)
	if response, _ := send(t, http.MethodGet, issuer.URL+readyPath, nil, nil); response.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("readiness probe: status %d", response.StatusCode)
	}
	response, _ := send(t, http.MethodPost, issuer.URL+tokenPath, secretGrant(w.Service), nil)
	if response.StatusCode != http.StatusInternalServerError {
		t.Errorf("token endpoint: status %d", response.StatusCode)
	}
	issuer.DatabaseDown(false)
	accessToken(t, issuer, secretGrant(w.Service))
}

func TestDocumentedClientErrors(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	stranger := &Application{ClientID: "1", Secret: "wrong"}
	if status, answer := introspect(t, issuer, stranger, "x"); status != http.StatusBadRequest ||
		answer["error"] != "unauthorized_client" {
		t.Errorf("as ZITADEL does: status %d, %v", status, answer)
	}
	issuer.DocumentedClientErrors(true)
	if status, answer := introspect(t, issuer, stranger, "x"); status != http.StatusUnauthorized ||
		answer["error"] != "invalid_client" {
		t.Errorf("as documented: status %d, %v", status, answer)
	}
}

func TestIssuersShareAWorld(t *testing.T) {
	t.Parallel()
	w := world()
	first, second := start(t, w), start(t, w)
	first.Deactivate(w.ServiceJWT)
	var users sync.WaitGroup
	for range 4 {
		users.Go(func() {
			response, err := http.PostForm(second.URL+tokenPath, secretGrant(w.ServiceJWT))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = response.Body.Close() }()
			if response.StatusCode != http.StatusOK {
				t.Errorf("status %d at the issuer that has not deactivated the user", response.StatusCode)
			}
		})
	}
	users.Wait()
	status, answer := object(t, http.MethodPost, first.URL+tokenPath, secretGrant(w.ServiceJWT), nil)
	if status != http.StatusBadRequest || answer["error_description"] != "Errors.User.NotActive" {
		t.Errorf("deactivated user: status %d, %v", status, answer)
	}
}

func TestServeHTTPBehindTLS(t *testing.T) {
	t.Parallel()
	issuer := start(t, world())
	server := httptest.NewTLSServer(issuer)
	defer server.Close()
	response, err := server.Client().Get(server.URL + discoveryPath)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var document struct{ Issuer string }
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	if document.Issuer != server.URL {
		t.Errorf("issuer %q, want %q", document.Issuer, server.URL)
	}
}

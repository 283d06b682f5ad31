package optest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// world returns the World that most tests share, because generating its keys is slow.
var world = sync.OnceValue(NewWorld)

// startIssuer starts an issuer and closes it at the end of the test.
func startIssuer(t *testing.T, w *World) *Issuer {
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
	issuer := startIssuer(t, w)
	requestToken(t, issuer, jwtBearerForm(t, issuer, w.Service.SecondKeyJSON(), projectScope))
	token := requestToken(t, issuer, jwtBearerForm(t, issuer, w.ServiceJWT.KeyJSON(), projectScope))

	for _, keyFile := range [][]byte{w.API.KeyJSON(), w.API.SecondKeyJSON(), w.OIDC.KeyJSON()} {
		status, object := sendForJSON(t, http.MethodPost, issuer.URL+introspectionPath,
			introspectionForm(t, issuer, keyFile, token), nil)
		if status != http.StatusOK || object["active"] != true {
			t.Errorf("introspection: status %d, %v; want an active token", status, object)
		}
	}
	if w.APIBasic.KeyJSON() != nil || w.ServiceJWT.SecondKeyJSON() != nil {
		t.Error("got a key file for a key that does not exist, want nil")
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
		t.Errorf("verifying the access token with the published keys: %v", err)
	}
}

func TestRequestsAreRecorded(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	if last := issuer.Last(Token); last.Method != "" {
		t.Errorf("last request before the first one: %+v, want the zero Request", last)
	}
	issuer.Fail(Token, 1, Fault{Status: http.StatusBadGateway})
	send(t, http.MethodPost, issuer.URL+tokenPath, clientCredentialsForm(w.Service), nil)
	send(t, http.MethodPost, issuer.URL+tokenPath, clientCredentialsForm(w.ServiceJWT), http.Header{"X-Test": {"1"}})
	if got := issuer.Requests(Token); got != 2 {
		t.Errorf("%d requests to the token endpoint, want 2", got)
	}
	if got := issuer.Requests(JWKS); got != 0 {
		t.Errorf("%d requests for keys, want none", got)
	}
	last := issuer.Last(Token)
	if last.Method != http.MethodPost || "http://"+last.Host != issuer.URL ||
		last.Header.Get("X-Test") != "1" || last.Form.Get("client_id") != w.ServiceJWT.Name {
		t.Errorf("last request: %+v, want the one from %s", last, w.ServiceJWT.Name)
	}
	if got := issuer.Connections(); got < 1 || got > 2 {
		t.Errorf("%d connections, want 1 or 2", got)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	first, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
	second, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
	if first.Header.Get("Cache-Control") != "no-store" || first.Header.Get("Pragma") != "no-cache" ||
		first.Header.Get("Expires") == "" {
		t.Errorf("headers of the discovery document: %v, want no-store, no-cache and Expires", first.Header)
	}
	if id := first.Header.Get("X-Request-Id"); id == "" || id == second.Header.Get("X-Request-Id") {
		t.Errorf("request IDs %q and %q, want two different IDs", id, second.Header.Get("X-Request-Id"))
	}
	if cookies := first.Cookies(); len(cookies) != 1 || cookies[0].Name != "zitadel.useragent" {
		t.Errorf("cookies %v, want only zitadel.useragent", cookies)
	}
	keys, _ := send(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
	if got := keys.Header.Values("Cache-Control"); len(got) != 1 || got[0] != "max-age=300, must-revalidate" {
		t.Errorf("Cache-Control of the key set: %q, want only max-age=300, must-revalidate", got)
	}
}

func TestSkewedClock(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	token := requestToken(t, issuer, clientCredentialsForm(w.Service))
	issuer.Skew(24 * time.Hour)

	response, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	if ahead := time.Until(date); ahead < 23*time.Hour || ahead > 25*time.Hour {
		t.Errorf("the Date header is %v ahead, want 24h", ahead)
	}
	if _, object := introspect(t, issuer, w.APIBasic, token); object["active"] != false {
		t.Errorf("introspection of an expired token: %v, want active false", object)
	}
	status, object := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath,
		jwtBearerForm(t, issuer, w.Service.KeyJSON(), "openid"), nil)
	if status != http.StatusBadRequest || object["error"] != "invalid_grant" {
		t.Errorf("expired assertion: status %d, %v; want 400 invalid_grant", status, object)
	}
}

func TestUnknownHost(t *testing.T) {
	t.Parallel()
	w := NewWorld()
	w.Domain = "zitadel.example"
	issuer := startIssuer(t, w)
	for _, path := range oidcPaths() {
		response, body := send(t, http.MethodGet, issuer.URL+path, nil, nil)
		if response.StatusCode != http.StatusNotFound || response.Header.Get("Cache-Control") != "no-store" ||
			!bytes.HasPrefix(body, []byte("unable to set instance using origin &{127.0.0.1:")) {
			t.Errorf("%s: status %d, %q; want 404 and an unknown instance", path, response.StatusCode, body)
		}
	}
	if response, _ := send(t, http.MethodGet, issuer.URL+readyPath, nil, nil); response.StatusCode != http.StatusOK {
		t.Errorf("readiness probe: status %d, want 200", response.StatusCode)
	}
	_, document := sendForJSON(t, http.MethodGet, issuer.URL+discoveryPath, nil, http.Header{
		"Host": {"zitadel.example"}, "X-Forwarded-Proto": {"https"},
	})
	if document["issuer"] != "https://zitadel.example" {
		t.Errorf("issuer %v, want the origin in the proxy headers", document["issuer"])
	}
}

// oidcPaths returns the paths of the OIDC endpoints that the provider uses.
func oidcPaths() []string {
	return []string{discoveryPath, jwksPath, tokenPath, introspectionPath, userInfoPath, revocationPath}
}

// TestTokensAndHosts checks that a JWT is valid only at the host at which it was requested,
// and that an opaque token is valid at any host.
func TestTokensAndHosts(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	for user, active := range map[*ServiceUser]bool{w.Service: true, w.ServiceJWT: false} {
		_, object := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath, clientCredentialsForm(user),
			http.Header{"Host": {"127.0.0.1:9999"}})
		token, _ := object["access_token"].(string)
		if _, object := introspect(t, issuer, w.APIBasic, token); object["active"] != active {
			t.Errorf("token that %s requested at a different port: %v, want active %t", user.Name, object, active)
		}
	}
}

func TestDatabaseDown(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	issuer.DatabaseDown(true)
	response, _ := send(t, http.MethodGet, issuer.URL+readyPath, nil, nil)
	if response.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("readiness probe: status %d, want 412", response.StatusCode)
	}
	response, _ = send(t, http.MethodPost, issuer.URL+tokenPath, clientCredentialsForm(w.Service), nil)
	if response.StatusCode != http.StatusInternalServerError {
		t.Errorf("token endpoint: status %d, want 500", response.StatusCode)
	}
	issuer.DatabaseDown(false)
	requestToken(t, issuer, clientCredentialsForm(w.Service))
}

func TestDocumentedClientErrors(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	unknown := &Application{ClientID: "1", Secret: "wrong"}
	if status, object := introspect(t, issuer, unknown, "x"); status != http.StatusBadRequest ||
		object["error"] != "unauthorized_client" {
		t.Errorf("default: status %d, %v; want 400 unauthorized_client", status, object)
	}
	issuer.DocumentedClientErrors(true)
	if status, object := introspect(t, issuer, unknown, "x"); status != http.StatusUnauthorized ||
		object["error"] != "invalid_client" {
		t.Errorf("documented: status %d, %v; want 401 invalid_client", status, object)
	}
}

// TestSharedWorld checks that deactivating a user at one issuer has no effect on a different
// issuer that serves the same World.
func TestSharedWorld(t *testing.T) {
	t.Parallel()
	w := world()
	first, second := startIssuer(t, w), startIssuer(t, w)
	first.Deactivate(w.ServiceJWT)
	var requests sync.WaitGroup
	for range 4 {
		requests.Go(func() {
			response, err := http.PostForm(second.URL+tokenPath, clientCredentialsForm(w.ServiceJWT))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = response.Body.Close() }()
			if response.StatusCode != http.StatusOK {
				t.Errorf("status %d from the issuer at which the user is active, want 200", response.StatusCode)
			}
		})
	}
	requests.Wait()
	status, object := sendForJSON(t, http.MethodPost, first.URL+tokenPath, clientCredentialsForm(w.ServiceJWT), nil)
	if status != http.StatusBadRequest || object["error_description"] != "Errors.User.NotActive" {
		t.Errorf("deactivated user: status %d, %v; want 400 Errors.User.NotActive", status, object)
	}
}

func TestServeHTTPBehindTLS(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
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

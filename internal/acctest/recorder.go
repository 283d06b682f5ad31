package acctest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// TokenRecorder is a server in front of an issuer. It records the scopes of each token that the
// issuer issues, and the services to which a configuration passes the token. A service is either a
// different provider, whose stand-in sends the token to the issuer, or a gateway, which receives the
// token in a header.
type TokenRecorder struct {
	issuer *optest.Issuer

	mu       sync.Mutex
	scopes   map[string]string          // keyed by token
	received map[string]map[string]bool // tokens, keyed by service
}

// StartRecordedIssuer starts an issuer and a TokenRecorder in front of it.
func StartRecordedIssuer(t testing.TB) (*optest.Issuer, *TokenRecorder) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	r := &TokenRecorder{
		issuer: optest.New("http://"+server.Listener.Addr().String(), World()),
		scopes: map[string]string{}, received: map[string]map[string]bool{},
	}
	addSecretsOf(r.issuer)
	server.Config.Handler = r
	server.Start()
	t.Cleanup(server.Close)
	return r.issuer, r
}

// ServeHTTP implements [http.Handler].
func (r *TokenRecorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.record(request.Header)
	request.Body = io.NopCloser(bytes.NewReader(body))
	response := httptest.NewRecorder()
	r.issuer.ServeHTTP(response, request)
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	if json.Unmarshal(response.Body.Bytes(), &issued) == nil && issued.AccessToken != "" {
		form, _ := url.ParseQuery(string(body))
		r.mu.Lock()
		r.scopes[issued.AccessToken] = form.Get("scope")
		r.mu.Unlock()
	}
	maps.Copy(w.Header(), response.Header())
	w.WriteHeader(response.Code)
	_, _ = w.Write(response.Body.Bytes())
}

// record records the tokens in a request's headers, except for the token with which the provider
// itself authenticates.
func (r *TokenRecorder) record(header http.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, values := range header {
		service, isStandIn := strings.CutPrefix(header.Get("User-Agent"), "standin/")
		if !isStandIn {
			service = "header " + name
		}
		token := strings.TrimPrefix(values[0], "Bearer ")
		if _, issued := r.scopes[token]; issued && (isStandIn || name != "Authorization") {
			if r.received[service] == nil {
				r.received[service] = map[string]bool{}
			}
			r.received[service][token] = true
		}
	}
}

// Check reports an error unless exactly the given services received a token. It also
// reports an error if a token has scopes that its service does not need, or if the token
// for the official provider lacks the scope for ZITADEL's own API.
func (r *TokenRecorder) Check(t testing.TB, services []string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := SortedKeys(r.received); !slices.Equal(got, services) {
		t.Errorf("tokens were passed to %v, want %v", got, services)
	}
	const prefix, api = "urn:zitadel:iam:org:project:id:", "urn:zitadel:iam:org:project:id:zitadel:aud"
	w := r.issuer.World
	// The second scope is required to revoke the token.
	needed := []string{prefix + w.Project.ID + ":aud", prefix + w.OIDC.ClientID + ":aud"}
	for service, tokens := range r.received {
		for token := range tokens {
			scopes := strings.Fields(r.scopes[token])
			if service == "zitadel" { // the official provider
				if !slices.Contains(scopes, api) {
					t.Errorf("the token for ZITADEL's own API has the scopes %q, want %q among them", scopes, api)
				}
				continue
			}
			for _, scope := range scopes {
				if !slices.Contains(needed, scope) {
					t.Errorf("the token for %s has the scope %s, which that service does not need", service, scope)
				}
			}
		}
	}
}

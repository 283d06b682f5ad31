package provider_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// isOutage reports whether the diagnostics consist of a single error, which reports an outage.
func isOutage(found acctest.Diagnostics) bool {
	codes := codesOf(found)
	return len(found) == 1 && strings.HasPrefix(found.String(), "ERROR") && len(codes) == 1 &&
		slices.Contains([]string{"server-not-ready", "server-unavailable"}, codes[0])
}

// blocksWithoutRequests contains the blocks that send no requests.
var blocksWithoutRequests = []string{"zitadel_client_assertion", "zitadel_key_info"}

// requestingBlocks maps each block that sends requests to its arguments, and to the name of a result
// that is set only if the server has responded.
func requestingBlocks() map[string]struct {
	arguments func(*optest.Issuer) object
	result    string
} {
	w := acctest.World()
	none := func(*optest.Issuer) object { return object{} }
	type block = struct {
		arguments func(*optest.Issuer) object
		result    string
	}
	return map[string]block{
		"zitadel_access_token":         {none, "access_token"},
		"zitadel_openid_configuration": {none, "token_endpoint"},
		"zitadel_jwks":                 {none, "document_json"},
		"zitadel_userinfo": {func(i *optest.Issuer) object {
			return object{"token": i.PAT(w.Service)}
		}, "subject"},
		"zitadel_token_verification": {func(i *optest.Issuer) object {
			return object{"token": i.SignToken(accessTokenClaims(i)), "required_audience": []string{w.Project.ID}}
		}, "subject"},
		"zitadel_introspection": {func(i *optest.Issuer) object {
			return object{"token": i.PAT(w.Service), "credentials": object{"key_json": string(w.API.KeyJSON())}}
		}, "subject"},
		"zitadel_token_exchange": {func(i *optest.Issuer) object {
			return object{"subject_token": i.PAT(w.Service), "credentials": object{"key_json": string(w.OIDC.KeyJSON())}}
		}, "access_token"},
	}
}

// shortOutage is an issuer whose outage ends once left responses have revealed it. Responses to readiness
// checks count, and so do responses after which the provider retries without a readiness check. If left
// is initially 0, the outage does not end.
type shortOutage struct {
	*optest.Issuer
	mu   sync.Mutex
	left int
}

// ServeHTTP implements [http.Handler].
func (o *shortOutage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorded := httptest.NewRecorder()
	o.Issuer.ServeHTTP(recorded, r)
	status, body := recorded.Code, recorded.Body.Bytes()
	if r.URL.Path == "/debug/ready" || status >= 500 && (r.Method == http.MethodGet || !json.Valid(body)) {
		o.mu.Lock()
		if o.left--; o.left == 0 {
			o.DatabaseDown(false)
		}
		o.mu.Unlock()
	}
	for name, values := range recorded.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// With each release, each block must succeed after a short outage, and must report an endless outage.
// The outage begins before discovery, or after discovery with or without an instance cache.
func TestOutageInEachRelease(t *testing.T) {
	t.Parallel()
	blocks := requestingBlocks()
	for name := range providerSchemas().DataSourceSchemas {
		if _, ok := blocks[name]; !ok && !slices.Contains(blocksWithoutRequests, name) {
			t.Errorf("%s is not tested: add it to requestingBlocks or to blocksWithoutRequests", name)
		}
	}
	for _, release := range optest.Releases() {
		for _, start := range []string{"before discovery", "after discovery", "after discovery, instance cache"} {
			for name, block := range blocks {
				if start == "after discovery, instance cache" && name == "zitadel_openid_configuration" {
					continue // ZITADEL can build this response from the instance cache
				}
				for _, kind := range tableKinds() {
					if kind == "ephemeral" && providerSchemas().EphemeralResourceSchemas[name] == nil {
						continue
					}
					for _, endless := range []bool{false, true} {
						length := map[bool]string{false: "short", true: "endless"}[endless]
						t.Run(release.String()+"/"+start+"/"+name+"/"+kind+"/"+length, func(t *testing.T) {
							t.Parallel()
							o := &shortOutage{Issuer: acctest.NewIssuer(), left: 2}
							if endless {
								o.left = 0
							}
							o.Release(release)
							o.TokenExchange(true)
							o.InstanceCache(start == "after discovery, instance cache")
							synctest.Test(t, func(t *testing.T) {
								n := acctest.NewNetworkOf(t, o.URL, o)
								p := startOnNetwork(t, n)
								p.Configure(object{"issuer": o.URL, "key_json": acctest.ServiceKey()})
								arguments := block.arguments(o.Issuer)
								if start != "before discovery" && name != "zitadel_openid_configuration" {
									p.MustRead("data", "zitadel_openid_configuration", nil)
								}
								o.DatabaseDown(true)
								result, found := p.Read(kind, name, arguments)
								if endless {
									if !isOutage(found) {
										t.Errorf("got %v, want an outage", found)
									}
									return
								}
								if len(found) > 0 || result[block.result] == nil {
									t.Errorf("%s is %v, want a value; diagnostics: %v", block.result, result[block.result], found)
								}
							})
						})
					}
				}
			}
		}
	}
}

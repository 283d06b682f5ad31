package optest

import (
	"net/http"
	"strings"
	"testing"
)

// TestReleases compares the issuer's responses for each release with those that were recorded
// with a server of that release.
func TestReleases(t *testing.T) {
	t.Parallel()
	w := world()
	const (
		invalidGrant = `{"error":"invalid_grant","error_description":"invalid assertion"}`
		serverError  = `{"error":"server_error","error_description":"Errors.Internal"}`
		prefix       = "unable to set instance using origin &{127.0.0.1:"
		domain       = " (ExternalDomain is 127.0.0.1)"
		cause        = ": ID=QUERY-d3fas Message=An internal error occurred Parent=(failed to connect to"
	)
	for release, want := range map[Release]struct {
		outageStatus          int    // for every path while the database is down
		outageText            string // follows the origin in the response during an outage
		rejectedStatus        int    // for an invalid assertion
		rejectedBody          string
		requestID             bool
		keys                  int // number of keys published before the first signature
		exchange              bool
		cachedDiscoveryStatus int // during an outage with an instance cache
		cachedJWTBearerStatus int
	}{
		ReleaseNewest: {500, domain + cause, 400, invalidGrant, true, 2, true, 200, 400},
		ReleaseV4_13:  {404, domain + cause, 500, serverError, true, 2, true, 200, 500},
		ReleaseV3_4:   {404, domain + cause, 500, serverError, false, 2, false, 404, 404},
		ReleaseV2_71:  {404, domain + cause, 500, serverError, false, 0, false, 500, 500},
		ReleaseV2_62:  {404, domain, 500, serverError, false, 0, false, 404, 404},
	} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			issuer := startIssuer(t, w)
			issuer.Release(release)
			grant := jwtBearerForm(t, issuer, w.Service.KeyJSON(), "openid")
			_, set := sendForJSON(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
			if keys, ok := set["keys"].([]any); !ok || len(keys) != want.keys {
				t.Errorf("keys before the first signature: %v, want %d keys", set, want.keys)
			}
			requestToken(t, issuer, grant)
			_, set = sendForJSON(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
			if len(set["keys"].([]any)) == 0 {
				t.Error("no keys after the first signature, want at least one")
			}
			_, exchanged := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath, exchangeForm(w, "garbage"), nil)
			disabled := exchanged["error_description"] == "Errors.TokenExchange.FeatureDisabled"
			if disabled == want.exchange {
				t.Errorf("token exchange: %v, want enabled %t", exchanged, want.exchange)
			}
			issuer.DeleteKey(w.Service.keys[0].id)
			response, body := send(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
			if response.StatusCode != want.rejectedStatus || strings.TrimSpace(string(body)) != want.rejectedBody {
				t.Errorf("rejected assertion: status %d, %s; want %d, %s",
					response.StatusCode, body, want.rejectedStatus, want.rejectedBody)
			}
			if got := response.Header.Get("X-Request-Id") != ""; got != want.requestID {
				t.Errorf("has a request ID: %t, want %t", got, want.requestID)
			}
			issuer.DatabaseDown(true)
			for _, path := range oidcPaths() {
				response, body := send(t, http.MethodGet, issuer.URL+path, nil, nil)
				text := strings.TrimSpace(string(body))
				if response.StatusCode != want.outageStatus || !strings.HasPrefix(text, prefix) ||
					!strings.Contains(text, want.outageText) ||
					(want.outageText == domain) != strings.HasSuffix(text, domain) {
					t.Errorf("%s: status %d, %s; want %d, %s",
						path, response.StatusCode, body, want.outageStatus, want.outageText)
				}
			}
			issuer.InstanceCache(true)
			response, _ = send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
			if response.StatusCode != want.cachedDiscoveryStatus {
				t.Errorf("discovery from the cache: status %d, want %d", response.StatusCode, want.cachedDiscoveryStatus)
			}
			response, _ = send(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
			if response.StatusCode != want.cachedJWTBearerStatus {
				t.Errorf("jwt-bearer grant with the cache: status %d, want %d",
					response.StatusCode, want.cachedJWTBearerStatus)
			}
		})
	}
}

package optest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestInstanceCache compares the issuer's responses without its database with those
// that were recorded from a real server with an instance cache. Most look like
// rejections, and only the readiness probe reports the outage.
func TestInstanceCache(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	issuer.InstanceCache(true)
	opaque := requestToken(t, issuer, clientCredentialsForm(w.Service))
	jwt := requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT))
	keyGrant := jwtBearerForm(t, issuer, w.Service.KeyJSON(), "openid")
	byKey := introspectionForm(t, issuer, w.API.KeyJSON(), opaque)
	bySecret := url.Values{"token": {jwt}, "client_id": {w.APIBasic.ClientID}, "client_secret": {w.APIBasic.Secret}}
	revocation := url.Values{"token": {"any"}, "client_id": {w.OIDC.ClientID}, "client_secret": {w.OIDC.Secret}}
	bearer := http.Header{"Authorization": {"Bearer " + opaque}}
	for name, test := range map[string]struct {
		method, path string
		form         url.Values
		header       http.Header
		status       int
		body         string // its beginning
	}{
		"probe": {
			"GET", readyPath, nil, nil,
			412, "ID=API-F24h2 Message=DB CONNECTION ERROR Parent=(failed to connect to",
		},
		"liveness": {"GET", "/debug/healthz", nil, nil, 200, "ok"},
		"JWKS": {
			"GET", jwksPath, nil, nil, 500, `{"error":"server_error",` +
				`"error_description":"ID=QUERY-Eeng7 Message=Errors.Internal Parent=(failed to connect to`,
		},
		"jwt-bearer": {
			"POST", tokenPath, keyGrant, nil,
			400, `{"error":"invalid_grant","error_description":"invalid assertion"}`,
		},
		"client_credentials": {
			"POST", tokenPath, clientCredentialsForm(w.Service), nil,
			400, `{"error":"invalid_client","error_description":"client not found"}`,
		},
		"introspection by key":    {"POST", introspectionPath, byKey, nil, 200, `{"active":false}`},
		"introspection by secret": {"POST", introspectionPath, bySecret, nil, 200, `{"active":false}`},
		"user info": {
			"GET", userInfoPath, nil, bearer,
			401, `{"error":"access_denied","error_description":"access token invalid"}`,
		},
		"revocation": {
			"POST", revocationPath, revocation, nil,
			500, `{"error":"server_error","error_description":"Errors.Internal"}`,
		},
	} {
		issuer.DatabaseDown(true)
		response, body := send(t, test.method, issuer.URL+test.path, test.form, test.header)
		if response.StatusCode != test.status || !strings.HasPrefix(string(body), test.body) {
			t.Errorf("%s: status %d, %s; want %d, %s", name, response.StatusCode, body, test.status, test.body)
		}
		issuer.DatabaseDown(false)
		response, body = send(t, test.method, issuer.URL+test.path, test.form, test.header)
		if response.StatusCode != 200 || strings.Contains(string(body), `"active":false`) {
			t.Errorf("%s, after the outage: status %d, %s", name, response.StatusCode, body)
		}
	}
}

// TestReleases compares the issuer's responses as each release with those that were
// recorded from that release.
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
		outageText            string // follows the origin in that response
		rejectedStatus        int    // for an invalid assertion
		rejectedBody          string
		requestID             bool
		keys                  int // published before the first signature
		exchange              bool
		cachedDiscoveryStatus int // with an instance cache and no database
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
				t.Errorf("keys before the first signature: %v", set)
			}
			requestToken(t, issuer, grant)
			_, set = sendForJSON(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
			if len(set["keys"].([]any)) == 0 {
				t.Error("no keys after the first signature")
			}
			_, exchanged := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath, exchangeForm(w, "garbage"), nil)
			disabled := exchanged["error_description"] == "Errors.TokenExchange.FeatureDisabled"
			if disabled == want.exchange {
				t.Errorf("exchange: %v", exchanged)
			}
			issuer.DeleteKey(w.Service.keys[0].id)
			response, body := send(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
			if response.StatusCode != want.rejectedStatus || strings.TrimSpace(string(body)) != want.rejectedBody {
				t.Errorf("rejected assertion: status %d, %s", response.StatusCode, body)
			}
			if got := response.Header.Get("X-Request-Id") != ""; got != want.requestID {
				t.Errorf("request ID: %t, want %t", got, want.requestID)
			}
			issuer.DatabaseDown(true)
			for _, path := range oidcPaths() {
				response, body := send(t, http.MethodGet, issuer.URL+path, nil, nil)
				text := strings.TrimSpace(string(body))
				if response.StatusCode != want.outageStatus || !strings.HasPrefix(text, prefix) ||
					!strings.Contains(text, want.outageText) ||
					(want.outageText == domain) != strings.HasSuffix(text, domain) {
					t.Errorf("%s: status %d, %s", path, response.StatusCode, body)
				}
			}
			issuer.InstanceCache(true)
			response, _ = send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
			if response.StatusCode != want.cachedDiscoveryStatus {
				t.Errorf("discovery from the cache: status %d", response.StatusCode)
			}
			response, _ = send(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
			if response.StatusCode != want.cachedJWTBearerStatus {
				t.Errorf("jwt-bearer grant with the cache: status %d", response.StatusCode)
			}
		})
	}
}

// TestJustCreated checks that credentials are rejected as by a real server whose
// projections do not contain them yet.
func TestJustCreated(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	issuer.JustCreated(time.Hour)
	introspection := url.Values{
		"token": {w.Service.PAT}, "client_id": {w.APIBasic.ClientID}, "client_secret": {w.APIBasic.Secret},
	}
	for name, test := range map[string]struct {
		path string
		form url.Values
		body string
	}{
		"key":         {tokenPath, jwtBearerForm(t, issuer, w.Service.KeyJSON(), "openid"), "invalid assertion"},
		"secret":      {tokenPath, clientCredentialsForm(w.Service), "Errors.User.Machine.Secret.NotExisting"},
		"application": {introspectionPath, introspection, "unauthorized_client"},
	} {
		issuer.JustCreated(time.Hour)
		response, body := send(t, http.MethodPost, issuer.URL+test.path, test.form, nil)
		if response.StatusCode != 400 || !strings.Contains(string(body), test.body) {
			t.Errorf("%s: status %d, %s", name, response.StatusCode, body)
		}
		issuer.JustCreated(0)
		response, body = send(t, http.MethodPost, issuer.URL+test.path, test.form, nil)
		if response.StatusCode != 200 {
			t.Errorf("%s, after the lag: status %d, %s", name, response.StatusCode, body)
		}
	}
}

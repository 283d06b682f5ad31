package optest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestInstanceCache compares what the issuer says without its database with
// what was recorded of a real server with an instance cache: answers that look
// like verdicts, and only the probe tells.
func TestInstanceCache(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	issuer.InstanceCache(true)
	opaque := accessToken(t, issuer, secretGrant(w.Service))
	jwt := accessToken(t, issuer, secretGrant(w.ServiceJWT))
	keyGrant := url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {"openid"},
		"assertion": {assertion(t, w.Service.KeyJSON(), issuer.URL)},
	}
	byKey := url.Values{
		"token":                 {opaque},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion(t, w.API.KeyJSON(), issuer.URL)},
	}
	bySecret := url.Values{"token": {jwt}, "client_id": {w.APIBasic.ClientID}, "client_secret": {w.APIBasic.Secret}}
	revocation := url.Values{"token": {"any"}, "client_id": {w.OIDC.ClientID}, "client_secret": {w.OIDC.Secret}}
	bearer := http.Header{"Authorization": {"Bearer " + opaque}}
	for name, test := range map[string]struct {
		method, path string
		form         url.Values
		header       http.Header
		status       int
		body         string // the beginning of it
	}{
		"probe":                   {"GET", readyPath, nil, nil, 412, "ID=API-F24h2 Message=DB CONNECTION ERROR Parent=(failed to connect to"},
		"liveness":                {"GET", "/debug/healthz", nil, nil, 200, "ok"},
		"JWKS":                    {"GET", jwksPath, nil, nil, 500, `{"error":"server_error","error_description":"ID=QUERY-Eeng7 Message=Errors.Internal Parent=(failed to connect to`},
		"jwt-bearer":              {"POST", tokenPath, keyGrant, nil, 400, `{"error":"invalid_grant","error_description":"invalid assertion"}`},
		"client_credentials":      {"POST", tokenPath, secretGrant(w.Service), nil, 400, `{"error":"invalid_client","error_description":"client not found"}`},
		"introspection by key":    {"POST", introspectionPath, byKey, nil, 200, `{"active":false}`},
		"introspection by secret": {"POST", introspectionPath, bySecret, nil, 200, `{"active":false}`},
		"user info":               {"GET", userInfoPath, nil, bearer, 401, `{"error":"access_denied","error_description":"access token invalid"}`},
		"revocation":              {"POST", revocationPath, revocation, nil, 500, `{"error":"server_error","error_description":"Errors.Internal"}`},
	} {
		issuer.DatabaseDown(true)
		response, body := send(t, test.method, issuer.URL+test.path, test.form, test.header)
		if response.StatusCode != test.status || !strings.HasPrefix(string(body), test.body) {
			t.Errorf("%s: status %d, %s; want %d, %s", name, response.StatusCode, body, test.status, test.body)
		}
		issuer.DatabaseDown(false)
		response, body = send(t, test.method, issuer.URL+test.path, test.form, test.header)
		if response.StatusCode != 200 || strings.Contains(string(body), `"active":false`) {
			t.Errorf("%s: status %d, %s once the database is back", name, response.StatusCode, body)
		}
	}
}

// TestReleases compares the issuer's responses as each release with those that were
// recorded from that release.
func TestReleases(t *testing.T) {
	t.Parallel()
	w := world()
	const refused, internal = `{"error":"invalid_grant","error_description":"invalid assertion"}`, `{"error":"server_error","error_description":"Errors.Internal"}`
	const outage, cause = "unable to set instance using origin &{127.0.0.1:", " (ExternalDomain is 127.0.0.1)"
	const parent = ": ID=QUERY-d3fas Message=An internal error occurred Parent=(failed to connect to"
	for release, want := range map[Release]struct {
		down            int    // status of every path while the database is down
		text            string // the end of the text of that response
		wrong           int    // status of a rejected assertion
		body            string
		requestID       bool
		keys            int // published before the first signature
		exchange        bool
		cachedDiscovery int // status with an instance cache and no database
		cachedGrant     int
	}{
		ReleaseNewest: {500, cause + parent, 400, refused, true, 2, true, 200, 400},
		ReleaseV4_13:  {404, cause + parent, 500, internal, true, 2, true, 200, 500},
		ReleaseV3_4:   {404, cause + parent, 500, internal, false, 2, false, 404, 404},
		ReleaseV2_71:  {404, cause + parent, 500, internal, false, 0, false, 500, 500},
		ReleaseV2_62:  {404, cause, 500, internal, false, 0, false, 404, 404},
	} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			issuer := start(t, w)
			issuer.Release(release)
			grant := url.Values{
				"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {"openid"},
				"assertion": {assertion(t, w.Service.KeyJSON(), issuer.URL)},
			}
			_, keys := object(t, http.MethodGet, issuer.URL+jwksPath, nil, nil)
			if published, ok := keys["keys"].([]any); !ok || len(published) != want.keys {
				t.Errorf("keys before the first signature: %v", keys)
			}
			accessToken(t, issuer, grant)
			if _, keys := object(t, http.MethodGet, issuer.URL+jwksPath, nil, nil); len(keys["keys"].([]any)) == 0 {
				t.Error("no keys after the first signature")
			}
			exchange := url.Values{
				"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {"garbage"},
				"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
				"client_id":          {w.OIDC.ClientID}, "client_secret": {w.OIDC.Secret},
			}
			_, exchanged := object(t, http.MethodPost, issuer.URL+tokenPath, exchange, nil)
			if off := exchanged["error_description"] == "Errors.TokenExchange.FeatureDisabled"; off == want.exchange {
				t.Errorf("exchange: %v", exchanged)
			}
			issuer.DeleteKey(w.Service.keys[0].id)
			response, body := send(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
			if response.StatusCode != want.wrong || strings.TrimSpace(string(body)) != want.body {
				t.Errorf("a rejected assertion: status %d, %s", response.StatusCode, body)
			}
			if has := response.Header.Get("X-Request-Id") != ""; has != want.requestID {
				t.Errorf("it has a request ID: %t", has)
			}
			issuer.DatabaseDown(true)
			for _, path := range []string{discoveryPath, jwksPath, tokenPath, introspectionPath, userInfoPath, revocationPath} {
				response, body := send(t, http.MethodGet, issuer.URL+path, nil, nil)
				text := string(body)
				if response.StatusCode != want.down || !strings.HasPrefix(text, outage) || !strings.Contains(text, want.text) || (want.text == cause) != strings.HasSuffix(strings.TrimSpace(text), cause) {
					t.Errorf("%s: status %d, %s", path, response.StatusCode, body)
				}
			}
			issuer.InstanceCache(true)
			if response, _ := send(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil); response.StatusCode != want.cachedDiscovery {
				t.Errorf("discovery from the cache: status %d", response.StatusCode)
			}
			if response, _ := send(t, http.MethodPost, issuer.URL+tokenPath, grant, nil); response.StatusCode != want.cachedGrant {
				t.Errorf("a grant from the cache: status %d", response.StatusCode)
			}
		})
	}
}

// TestJustCreated checks that credentials are rejected as a real server rejects those
// that its projections do not contain yet.
func TestJustCreated(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	issuer.JustCreated(time.Hour)
	introspect := url.Values{"token": {w.Service.PAT}, "client_id": {w.APIBasic.ClientID}, "client_secret": {w.APIBasic.Secret}}
	for name, test := range map[string]struct {
		path string
		form url.Values
		body string
	}{
		"key":         {tokenPath, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {"openid"}, "assertion": {assertion(t, w.Service.KeyJSON(), issuer.URL)}}, "invalid assertion"},
		"secret":      {tokenPath, secretGrant(w.Service), "Errors.User.Machine.Secret.NotExisting"},
		"application": {introspectionPath, introspect, "unauthorized_client"},
	} {
		issuer.JustCreated(time.Hour)
		if response, body := send(t, http.MethodPost, issuer.URL+test.path, test.form, nil); response.StatusCode != 400 || !strings.Contains(string(body), test.body) {
			t.Errorf("%s: status %d, %s", name, response.StatusCode, body)
		}
		issuer.JustCreated(0)
		if response, body := send(t, http.MethodPost, issuer.URL+test.path, test.form, nil); response.StatusCode != 200 {
			t.Errorf("%s, known by now: status %d, %s", name, response.StatusCode, body)
		}
	}
}

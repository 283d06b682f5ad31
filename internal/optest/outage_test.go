package optest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
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
		"probe":                    {"GET", readyPath, nil, nil, 412, "ID=API-F24h2 Message=DB CONNECTION ERROR Parent=(failed to connect to"},
		"liveness":                 {"GET", "/debug/healthz", nil, nil, 200, "ok"},
		"JWKS":                     {"GET", jwksPath, nil, nil, 500, `{"error":"server_error","error_description":"ID=QUERY-Eeng7 Message=Errors.Internal Parent=(failed to connect to`},
		"jwt-bearer":               {"POST", tokenPath, keyGrant, nil, 400, `{"error":"invalid_grant","error_description":"invalid assertion"}`},
		"client_credentials":       {"POST", tokenPath, secretGrant(w.Service), nil, 400, `{"error":"invalid_client","error_description":"client not found"}`},
		"introspection by key":     {"POST", introspectionPath, byKey, nil, 200, `{"active":false}`},
		"introspection by secret":  {"POST", introspectionPath, bySecret, nil, 200, `{"active":false}`},
		"user info":                {"GET", userInfoPath, nil, bearer, 401, `{"error":"access_denied","error_description":"access token invalid"}`},
		"revocation, not recorded": {"POST", revocationPath, revocation, nil, 400, `{"error":"invalid_client"`},
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

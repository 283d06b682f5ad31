package optest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestInstanceCache checks that an issuer with an instance cache responds like the recorded
// server if the database is down. Most of these responses look like rejections, but the
// readiness probe reports the outage.
func TestInstanceCache(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	issuer.InstanceCache(true)
	opaque := requestToken(t, issuer, clientCredentialsForm(w.Service))
	jwt := requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT))
	keyGrant := jwtBearerForm(t, issuer, w.Service.KeyJSON(), "openid")
	withKey := introspectionForm(t, issuer, w.API.KeyJSON(), opaque)
	withSecret := url.Values{"token": {jwt}, "client_id": {w.APIBasic.ClientID}, "client_secret": {w.APIBasic.Secret}}
	revocation := url.Values{"token": {"any"}, "client_id": {w.OIDC.ClientID}, "client_secret": {w.OIDC.Secret}}
	bearer := http.Header{"Authorization": {"Bearer " + opaque}}
	for name, test := range map[string]struct {
		method, path string
		form         url.Values
		header       http.Header
		status       int
		body         string // the expected prefix
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
		"introspection with key":    {"POST", introspectionPath, withKey, nil, 200, `{"active":false}`},
		"introspection with secret": {"POST", introspectionPath, withSecret, nil, 200, `{"active":false}`},
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
			t.Errorf("%s, after the outage: status %d, %s; want a normal response", name, response.StatusCode, body)
		}
	}
}

// TestJustCreated checks that the issuer rejects new credentials like a real server whose
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
			t.Errorf("%s: status %d, %s; want 400, %s", name, response.StatusCode, body, test.body)
		}
		issuer.JustCreated(0)
		response, body = send(t, http.MethodPost, issuer.URL+test.path, test.form, nil)
		if response.StatusCode != 200 {
			t.Errorf("%s, after the lag: status %d, %s; want 200", name, response.StatusCode, body)
		}
	}
}

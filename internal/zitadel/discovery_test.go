package zitadel_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestConfiguration(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			got, err := c.Configuration(t.Context())
			want := oauth.Configuration{
				Issuer: issuer.URL, AuthorizationEndpoint: issuer.URL + "/oauth/v2/authorize", TokenEndpoint: issuer.URL + "/oauth/v2/token",
				IntrospectionEndpoint: issuer.URL + "/oauth/v2/introspect", UserinfoEndpoint: issuer.URL + "/oidc/v1/userinfo",
				RevocationEndpoint: issuer.URL + "/oauth/v2/revoke", EndSessionEndpoint: issuer.URL + "/oidc/v1/end_session",
				DeviceEndpoint: issuer.URL + "/oauth/v2/device_authorization", JWKSURI: issuer.URL + "/oauth/v2/keys",
			}
			if err != nil || got.JSON == "" || len(got.ScopesSupported) == 0 || len(got.GrantTypesSupported) == 0 {
				t.Errorf("%+v, %v", got, err)
				return
			}
			endpoints := *got
			endpoints.JSON, endpoints.ScopesSupported, endpoints.GrantTypesSupported = "", nil, nil
			if !reflect.DeepEqual(endpoints, want) {
				t.Errorf("%+v", got)
			}
		})
	}
	all.Wait()
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
}

var endpointMembers = []string{
	"authorization_endpoint", "token_endpoint", "introspection_endpoint", "userinfo_endpoint",
	"revocation_endpoint", "end_session_endpoint", "device_authorization_endpoint", "jwks_uri",
}

// changed returns the issuer's document with one member replaced.
func changed(t *testing.T, issuer, member string, value any) string {
	t.Helper()
	members := map[string]any{"issuer": issuer}
	for _, name := range endpointMembers {
		members[name] = issuer + "/" + name
	}
	members[member] = value
	data, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Nothing goes to another origin, whatever discovery says.
func TestEndpointElsewhere(t *testing.T) {
	t.Parallel()
	for _, member := range endpointMembers {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			issuer, other := start(t), start(t)
			issuer.Fail(optest.Discovery, 1, optest.Fault{Status: 200, Body: changed(t, issuer.URL, member, other.URL+"/oauth/v2/token")})
			e := failed(t, calls[optest.Token](t, newClient(t, issuer.URL)))
			says(t, e.Error(), member, other.URL, "not at the issuer's own origin")
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
			if got := other.Connections(); got != 0 {
				t.Errorf("%d connections to the other server", got)
			}
		})
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	const issuer = "https://z.example"
	tests := map[string]bool{
		"https://z.example/token":           true,
		"HTTPS://Z.Example/token":           true,
		"https://z.example:443/token":       true,
		"https://z.example/token?tenant=1":  true,
		"":                                  true, // the endpoint is not there
		"http://z.example/token":            false,
		"https://z.example:8443/token":      false,
		"https://z.example.evil.test/token": false,
		"https://evil.test/z.example":       false,
		"https://z.example@evil.test/token": false,
		"https://a:b@z.example/token":       false,
		"https://sub.z.example/token":       false,
		"//z.example/token":                 false,
		"/token":                            false,
		"https:z.example/token":             false,
		"https://z.example:port/token":      false,
	}
	for endpoint, same := range tests {
		answer := changed(t, issuer, "jwks_uri", endpoint)
		c := &oauth.Client{Issuer: issuer, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return respond(r, http.StatusOK, "application/json", answer), nil
		})}
		if _, err := c.Configuration(t.Context()); (err == nil) != same {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}

func TestWrongDocument(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html"}}
	asJSON := http.Header{"Content-Type": {"application/json"}}
	tests := map[string]struct {
		status int
		header http.Header
		body   func(issuer string) string
		want   string
	}{
		"another issuer":  {200, asJSON, func(i string) string { return changed(t, i, "issuer", "https://other.example") }, `it calls itself "https://other.example"`},
		"a slash more":    {200, asJSON, func(i string) string { return changed(t, i, "issuer", i+"/") }, "it calls itself"},
		"no issuer":       {200, asJSON, func(i string) string { return changed(t, i, "issuer", nil) }, `it calls itself ""`},
		"login page":      {200, html, func(string) string { return "<html>" + canary }, "text/html"},
		"empty":           {200, asJSON, func(string) string { return "" }, "not a discovery document"},
		"truncated":       {200, asJSON, func(i string) string { return document(i)[:50] }, "not valid JSON"},
		"number":          {200, asJSON, func(i string) string { return changed(t, i, "jwks_uri", 7) }, `member "jwks_uri" is a number; expected a string`},
		"member twice":    {200, asJSON, func(i string) string { return `{"issuer":"x",` + document(i)[1:] }, `"issuer" is there twice`},
		"other letters":   {200, asJSON, func(i string) string { return `{"Token_Endpoint":"https://evil.test",` + document(i)[1:] }, `can be mistaken for "token_endpoint"`},
		"long s":          {200, asJSON, func(i string) string { return `{"iſsuer":"x",` + document(i)[1:] }, `can be mistaken for "issuer"`},
		"JSON of another": {404, asJSON, func(string) string { return `{"code":5,"message":"` + canary + `"}` }, "status 404"},
		"not found":       {404, nil, func(string) string { return canary }, "without an OAuth error (its content type is text/plain)"},
		"forbidden":       {403, html, func(string) string { return canary }, "status 403"},
		"no content":      {204, nil, func(string) string { return "" }, "status 204"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			refuse(issuer, optest.Discovery, optest.Fault{Status: test.status, Header: test.header, Body: test.body(issuer.URL)})
			e := failed(t, calls[optest.Token](t, newClient(t, issuer.URL)))
			if e.Op != "read OpenID configuration" || e.Method != http.MethodGet || e.Status != test.status || len(e.Next) == 0 || e.Credentials ||
				e.URL != issuer.URL+"/.well-known/openid-configuration" {
				t.Errorf("%+v", e)
			}
			says(t, e.Error(), test.want)
			keeps(t, everything(e), canary)
			want := map[optest.Endpoint]int{optest.Discovery: 1}
			if test.status == http.StatusNotFound { // perhaps an outage
				want = map[optest.Endpoint]int{optest.Discovery: 2, optest.Ready: 1}
			}
			counts(t, issuer, want)
		})
	}
}

func TestMissingEndpoint(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Fail(optest.Discovery, 2, optest.Fault{Status: 200, Body: `{"issuer":"` + issuer.URL + `"}`})
	c := newClient(t, issuer.URL)
	says(t, failed(t, calls[optest.Token](t, c)).Error(), "unable to get access token", "no token_endpoint")
	says(t, failed(t, calls[optest.Introspection](t, c)).Error(), "unable to introspect token", "no introspection_endpoint")
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
}

// A host that the server does not know.
func TestUnknownInstance(t *testing.T) {
	t.Parallel()
	w := *world()
	w.Domain = "zitadel.example"
	issuer := startWorld(t, &w)
	host := strings.TrimPrefix(issuer.URL, "http://")

	e := failed(t, calls[optest.Discovery](t, newClient(t, issuer.URL)))
	if e.Status != http.StatusNotFound || len(e.Likely) != 0 || e.RequestID == "" {
		t.Errorf("%+v", e)
	}
	says(t, e.Error(), "has no instance with this host name")
	says(t, strings.Join(e.Next, " "), "issuer", "domain", "connect_url")

	// The answer names the host that arrived: something on the way has replaced it.
	for _, header := range []http.Header{{"Forwarded": {"host=proxy.example"}}, {"X-Forwarded-Host": {"proxy.example"}}} {
		c := newClient(t, issuer.URL)
		base := c.Transport
		c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			for name, values := range header {
				r.Header[name] = values
			}
			return base.RoundTrip(r)
		})
		e := failed(t, calls[optest.Discovery](t, c))
		says(t, strings.Join(e.Likely, " "), "host proxy.example", "Forwarded", "replaces "+host)
	}
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 3})
}

package zitadel_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestConfiguration(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			got, err := c.Configuration(t.Context())
			want := zitadel.Configuration{
				Issuer:                issuer.URL,
				AuthorizationEndpoint: issuer.URL + "/oauth/v2/authorize",
				TokenEndpoint:         issuer.URL + "/oauth/v2/token",
				IntrospectionEndpoint: issuer.URL + "/oauth/v2/introspect",
				UserinfoEndpoint:      issuer.URL + "/oidc/v1/userinfo",
				RevocationEndpoint:    issuer.URL + "/oauth/v2/revoke",
				EndSessionEndpoint:    issuer.URL + "/oidc/v1/end_session",
				DeviceEndpoint:        issuer.URL + "/oauth/v2/device_authorization",
				JWKSURI:               issuer.URL + "/oauth/v2/keys",
			}
			if err != nil || got.JSON == "" || len(got.ScopesSupported) == 0 || len(got.GrantTypesSupported) == 0 {
				t.Errorf("unexpected configuration %+v or error %v", got, err)
				return
			}
			endpoints := *got
			endpoints.JSON, endpoints.ScopesSupported, endpoints.GrantTypesSupported = "", nil, nil
			if !reflect.DeepEqual(endpoints, want) {
				t.Errorf("got %+v, want %+v", endpoints, want)
			}
		})
	}
	all.Wait()
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
}

var endpointMembers = []string{
	"authorization_endpoint", "token_endpoint", "introspection_endpoint", "userinfo_endpoint",
	"revocation_endpoint", "end_session_endpoint", "device_authorization_endpoint", "jwks_uri",
}

// changedDocument returns an issuer's discovery document with one member replaced.
func changedDocument(t *testing.T, issuer, member string, value any) string {
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

// TestEndpointWithOtherOrigin checks that a discovery document with an endpoint at a different
// origin is rejected, and that no request is sent to that origin.
func TestEndpointWithOtherOrigin(t *testing.T) {
	t.Parallel()
	for _, member := range endpointMembers {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			issuer, other := start(t), start(t)
			endpoint := other.URL + "/oauth/v2/token"
			document := changedDocument(t, issuer.URL, member, endpoint)
			issuer.Fail(optest.Discovery, 1, optest.Fault{Status: 200, Body: document})
			e := asError(t, calls[optest.Token](t, newClient(t, issuer.URL)))
			checkFaults(t, e, fmt.Sprintf("endpoint-origin issuer=%q member=%q url=%q", issuer.URL, member, endpoint))
			checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
			if got := other.Connections(); got != 0 {
				t.Errorf("%d connections to the other server, want none", got)
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
		"":                                  true, // no endpoint
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
		document := changedDocument(t, issuer, "jwks_uri", endpoint)
		c := &zitadel.Client{Issuer: issuer, Transport: roundTripFunc(func(*http.Request) (*http.Response, error) {
			return jsonResponse(http.StatusOK, document), nil
		})}
		if _, err := c.Configuration(t.Context()); (err == nil) != same {
			t.Errorf("%s: got error %v, want the endpoint to be accepted: %t", endpoint, err, same)
		}
	}
}

func TestInvalidDiscoveryDocument(t *testing.T) {
	t.Parallel()
	html := http.Header{"Content-Type": {"text/html"}}
	asJSON := http.Header{"Content-Type": {"application/json"}}
	type body = func(issuer string) string
	text := func(text string) body { return func(string) string { return text } }
	change := func(member string, value any) body {
		return func(issuer string) string { return changedDocument(t, issuer, member, value) }
	}
	withMember := func(member string) body {
		return func(issuer string) string { return "{" + member + "," + minimalDocument(issuer)[1:] }
	}
	tests := map[string]struct {
		status int
		header http.Header
		body   body
		want   string // %[1]s stands for the issuer
	}{
		"different issuer": {
			200, asJSON, change("issuer", "https://other.example"),
			`issuer-mismatch configured="%[1]s" declared="https://other.example"`,
		},
		"trailing slash": {
			200, asJSON, func(issuer string) string { return changedDocument(t, issuer, "issuer", issuer+"/") },
			`issuer-mismatch configured="%[1]s" declared="%[1]s/"`,
		},
		"no issuer": {200, asJSON, change("issuer", nil), `issuer-mismatch configured="%[1]s" declared=""`},
		"login page": {
			200, html, text("<html>" + canary), `response-not-json document="discovery document" media_type="text/html"`,
		},
		"empty": {
			200, asJSON, text(""), `response-not-json document="discovery document" media_type="application/json"`,
		},
		"truncated": {
			200, asJSON, func(issuer string) string { return minimalDocument(issuer)[:50] },
			`response-malformed document="discovery document" reason=(json-invalid)`,
		},
		"number as endpoint": {
			200, asJSON, change("jwks_uri", 7), `member-type expected="a string" found="a number" member="jwks_uri"`,
		},
		"duplicate member": {200, asJSON, withMember(`"issuer":"x"`), `member-duplicate member="issuer"`},
		"different letter case": {
			200, asJSON, withMember(`"Token_Endpoint":"https://evil.test"`),
			`member-confusable member="Token_Endpoint" other="token_endpoint"`,
		},
		"long s": {200, asJSON, withMember(`"iſsuer":"x"`), `member-confusable member="iſsuer" other="issuer"`},
		"JSON from another server": {
			404, asJSON, text(`{"code":5,"message":"` + canary + `"}`),
			`response-without-oauth-error media_type="application/json"`,
		},
		"not found":  {404, nil, text(canary), `response-without-oauth-error media_type="text/plain"`},
		"forbidden":  {403, html, text(canary), `response-without-oauth-error media_type="text/html"`},
		"no content": {204, nil, text(""), `response-without-oauth-error media_type="text/plain"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			failConfirmed(issuer, optest.Discovery, optest.Fault{
				Status: test.status, Header: test.header, Body: test.body(issuer.URL),
			})
			e := asError(t, calls[optest.Token](t, newClient(t, issuer.URL)))
			if e.Op != "read OpenID configuration" || e.Method != http.MethodGet || e.Status != test.status ||
				e.Credentials || e.URL != issuer.URL+"/.well-known/openid-configuration" {
				t.Errorf("unexpected error: %+v", e)
			}
			checkFaults(t, e.Problem, strings.ReplaceAll(test.want, "%[1]s", issuer.URL))
			if causes := codes(e.Causes); causes != map[bool]string{true: "", false: "other-server"}[test.status == 200] {
				t.Errorf("unexpected causes: %q", causes)
			}
			checkOmits(t, allText(e), canary)
			want := map[optest.Endpoint]int{optest.Discovery: 1}
			if test.status == http.StatusNotFound { // may be an outage, so the client checks again
				want = map[optest.Endpoint]int{optest.Discovery: 2, optest.Ready: 1}
			}
			checkRequests(t, issuer, want)
		})
	}
}

func TestMissingEndpoint(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Fail(optest.Discovery, 2, optest.Fault{Status: 200, Body: `{"issuer":"` + issuer.URL + `"}`})
	c := newClient(t, issuer.URL)
	for endpoint, want := range map[optest.Endpoint]struct{ op, fault string }{
		optest.Token:         {"get access token", `endpoint-missing member="token_endpoint"`},
		optest.Introspection: {"introspect token", "introspection-unavailable"},
	} {
		e := asError(t, calls[endpoint](t, c))
		checkFaults(t, e, want.fault)
		if e.Op != want.op || e.Status != http.StatusOK {
			t.Errorf("unexpected error: %+v", e)
		}
	}
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
}

// TestMissingRevocationEndpoint checks that HoldToken does not request a token if the instance has
// no revocation endpoint.
func TestMissingRevocationEndpoint(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.NextGeneration()
	c := newClient(t, issuer.URL)
	_, err := c.HoldToken(t.Context(), zitadel.TokenRequest{Credentials: userKey()}, secret(world().OIDC.ClientID, canary))
	e := asError(t, err)
	checkFaults(t, e, "revocation-unavailable")
	if e.Op != "get access token" || e.Status != http.StatusOK {
		t.Errorf("unexpected error: %+v", e)
	}
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
}

// TestUnknownInstance checks the error for a request to a host for which the server has no
// instance.
func TestUnknownInstance(t *testing.T) {
	t.Parallel()
	w := *world()
	w.Domain = "zitadel.example"
	issuer := startWorld(t, &w)
	host := strings.TrimPrefix(issuer.URL, "http://")

	e := asError(t, calls[optest.Discovery](t, newClient(t, issuer.URL)))
	if e.Status != http.StatusNotFound || len(e.Causes) != 0 || e.RequestID == "" || !e.Unavailable {
		t.Errorf("unexpected error: %+v", e)
	}
	checkFaults(t, e.Problem, "unknown-instance")

	// The response contains the host that the server received. If it is not the host that the client
	// sent, a proxy has replaced it.
	for _, header := range []http.Header{
		{"Forwarded": {"host=proxy.example"}}, {"X-Forwarded-Host": {"proxy.example"}},
	} {
		c := newClient(t, issuer.URL)
		base := c.Transport
		c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			for name, values := range header {
				r.Header[name] = values
			}
			return base.RoundTrip(r)
		})
		e := asError(t, calls[optest.Discovery](t, c))
		checkFaults(t, e.Problem, "unknown-instance")
		checkFaults(t, e, fmt.Sprintf(`host-replaced received="proxy.example" sent=%q`, host))
	}
	checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 3})
}

package zitadel_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// A redirect is reported and not followed, because that would forward credentials.
func TestRedirects(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status   int
		location string // %s is the other server
		named    bool   // the error names the other server
	}{
		"301":      {301, "%s/login?secret=" + canary, true},
		"302":      {302, "%s/" + canary, true},
		"303":      {303, "%s/#" + canary, true},
		"307":      {307, "%s/oauth/v2/token", true},
		"308":      {308, "%s", true},
		"304":      {304, "", false},
		"relative": {302, "/login/" + canary, false},
		"garbage":  {302, "http://[" + canary, false},
		"password": {302, "http://" + canary + ":" + canary + "@z.example/", false},
	}
	for name, test := range tests {
		for endpoint, call := range calls {
			t.Run(name+" of "+string(endpoint), func(t *testing.T) {
				t.Parallel()
				issuer, other := start(t), start(t)
				location := strings.ReplaceAll(test.location, "%s", other.URL)
				issuer.Fail(endpoint, 5, optest.Fault{Status: test.status, Header: http.Header{"Location": {location}}})
				c := newClient(t, issuer.URL)
				c.MaxRetries = 3
				e := asError(t, call(t, c))
				if e.Status != test.status || e.Attempts != 1 || issuer.Requests(endpoint) != 1 {
					t.Errorf("%d requests: %+v", issuer.Requests(endpoint), e)
				}
				target := ""
				if test.named {
					target = other.URL
				}
				want := fmt.Sprintf("redirect target=%q", target)
				if name == "password" { // the origin of a target does not contain a user
					want = `redirect target="http://z.example"`
				}
				if e.Problem == nil || e.Problem.Error() != want {
					t.Errorf("%v, want %s", e, want)
				}
				checkOmits(t, allText(e), canary, "/login")
				if got := other.Connections(); got != 0 {
					t.Errorf("%d connections to the target", got)
				}
			})
		}
	}
}

// ZITADEL sets a cookie with each response. A client that returned it would have a session.
func TestNoCookies(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	token := accessToken(t, c, userKey(), projectScope())
	introspect(t, c, apiKey(), token.AccessToken)
	for _, endpoint := range []optest.Endpoint{optest.Discovery, optest.Token, optest.Introspection} {
		if got := issuer.Last(endpoint).Header.Values("Cookie"); got != nil {
			t.Errorf("%s: cookies %q", endpoint, got)
		}
	}
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	c.UserAgent = "Terraform/1.11 test"
	token := accessToken(t, c, userSecret(), projectScope())
	introspect(t, c, apiSecret(), token.AccessToken)
	for endpoint, form := range map[optest.Endpoint]string{
		optest.Discovery: "", optest.Token: "application/x-www-form-urlencoded",
		optest.Introspection: "application/x-www-form-urlencoded",
	} {
		sent := issuer.Last(endpoint)
		if sent.Header.Get("User-Agent") != c.UserAgent || sent.Header.Get("Accept") != "application/json" ||
			sent.Header.Get("Content-Type") != form {
			t.Errorf("%s: %v", endpoint, sent.Header)
		}
		if sent.Header.Get("X-Forwarded-Proto") != "" || "http://"+sent.Host != issuer.URL {
			t.Errorf("%s: host %s", endpoint, sent.Host)
		}
	}
	if got := issuer.Last(optest.Discovery).Header.Get("Authorization"); got != "" {
		t.Error("the discovery request has credentials")
	}
}

// A Client needs no field but its issuer.
func TestZeroClient(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := &zitadel.Client{Issuer: issuer.URL}
	accessToken(t, c, userKey(), "openid")
	checkRequests(t, issuer, discoveryAndToken)
}

func TestLog(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	header := http.Header{"X-Request-Id": {"id-\u202e-" + strings.Repeat("x", 200)}}
	issuer.Fail(optest.Token, 1, optest.Fault{Status: 503, Header: header, Body: canary})
	issuer.Fail(optest.Token, 1, optest.Fault{Reset: true})
	// The query of an endpoint may contain secrets.
	body := strings.ReplaceAll(minimalDocument(issuer.URL), "/oauth/v2/token", "/oauth/v2/token?tenant="+canary)
	issuer.Fail(optest.Discovery, 1, optest.Fault{
		Status: 200, Body: body, Header: http.Header{"X-Request-Id": {"first"}},
	})

	var mu sync.Mutex
	var logged []zitadel.Attempt
	var w sleeps
	now, ticks := time.Now(), 0
	c := newClient(t, issuer.URL)
	c.MaxRetries, c.Sleep = 2, w.sleep
	c.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		ticks++
		return now.Add(time.Duration(ticks) * time.Millisecond)
	}
	c.Log = func(_ context.Context, a zitadel.Attempt) {
		mu.Lock()
		defer mu.Unlock()
		logged = append(logged, a)
	}
	token := accessToken(t, c, userSecret(), "openid")

	endpoint := issuer.URL + "/oauth/v2/token"
	want := []zitadel.Attempt{
		{Method: "GET", URL: issuer.URL + discoveryPath, Number: 1, Status: 200, RequestID: "first"},
		{Method: "POST", URL: endpoint, Number: 1, Status: 503},
		{Method: "POST", URL: endpoint, Number: 2},
		{Method: "POST", URL: endpoint, Number: 3, Status: 200},
	}
	if len(logged) != len(want) {
		t.Fatalf("%d attempts, want %d", len(logged), len(want))
	}
	for n, got := range logged {
		if got.Duration <= 0 {
			t.Errorf("attempt %d took %s", n, got.Duration)
		}
		id := got.RequestID
		if len(id) > 100 || strings.Contains(id, "\u202e") || id == "" && got.Status != 0 {
			t.Errorf("attempt %d: request ID %q", n, id)
		}
		got.Duration = 0
		if isReset := n == 2; isReset != (got.Problem != nil) || isReset && got.Problem.Code != "connection-closed" {
			t.Errorf("attempt %d: %v", n, got.Problem)
		}
		got.Problem = nil
		if got.RequestID != want[n].RequestID {
			got.RequestID = "" // generated by the issuer
		}
		if got != want[n] {
			t.Errorf("attempt %d: %+v, want %+v", n, got, want[n])
		}
	}
	checkOmits(t, fmt.Sprintf("%+v", logged), canary, world().Service.Secret, token.AccessToken.Reveal(),
		zitadel.BasicAuth(world().Service.Name, world().Service.Secret), "grant_type")
}

// The URL of an error has no query either.
func TestErrorURL(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	body := strings.ReplaceAll(minimalDocument(issuer.URL), "/oauth/v2/token", "/oauth/v2/token?tenant="+canary)
	for name, fault := range map[string]optest.Fault{
		"rejected": {Status: 400, Body: "{}"}, "redirect": {Status: 302}, "reset": {Reset: true}, "503": {Status: 503},
	} {
		issuer.Fail(optest.Discovery, 1, optest.Fault{Status: 200, Body: body})
		failConfirmed(issuer, optest.Token, fault)
		e := asError(t, calls[optest.Token](t, newClient(t, issuer.URL)))
		if e.URL != issuer.URL+"/oauth/v2/token" {
			t.Errorf("%s: URL %q", name, e.URL)
		}
		checkOmits(t, allText(e), canary)
	}
	if got := issuer.Last(optest.Token).Form.Get("tenant"); got != canary {
		t.Errorf("the query of the request is %q", got)
	}
}

// With ConnectURL, requests are sent to another address and remain requests to the issuer.
func TestConnectURL(t *testing.T) {
	t.Parallel()
	w := *world()
	w.Domain = "zitadel.example"
	for _, name := range []string{"https://zitadel.example", "https://zitadel.example:8443", "http://zitadel.example"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := startWorld(t, &w)
			connect, err := zitadel.ParseConnectURL(issuer.URL)
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(t, name)
			c.ConnectURL = connect
			token := accessToken(t, c, userKey(), projectScope())
			if result := introspect(t, c, apiKey(), token.AccessToken); !result.Active || result.Claims.Issuer != name {
				t.Errorf("%+v", result)
			}
			target, err := url.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, endpoint := range []optest.Endpoint{optest.Discovery, optest.Token, optest.Introspection} {
				sent := issuer.Last(endpoint)
				if sent.Host != target.Host || sent.Header.Get("X-Forwarded-Proto") != target.Scheme {
					t.Errorf("%s: host %q, scheme %q", endpoint, sent.Host, sent.Header.Get("X-Forwarded-Proto"))
				}
			}
			// Errors contain the URL of the issuer.
			failConfirmed(issuer, optest.Token, optest.Fault{Status: 400, Body: "{}"})
			_, err = c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userKey()})
			if e := asError(t, err); e.URL != name+"/oauth/v2/token" {
				t.Errorf("URL %q", e.URL)
			}
		})
	}
}

// The body of a response is read up to a maximum, whether it is compressed or not.
func TestLargestResponse(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	padded := func(size int) optest.Fault {
		return optest.Fault{Status: 200, Body: `{"active":false}` + strings.Repeat(" ", size-len(`{"active":false}`))}
	}
	failConfirmed(issuer, optest.Introspection, padded(1<<20))
	issuer.Fail(optest.Introspection, 1, padded(1<<20+1))
	c := newClient(t, issuer.URL)
	introspect(t, c, apiSecret(), key.NewSecret("t"))
	_, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret("t"))
	checkFaults(t, asError(t, err).Problem, "response-too-large")
}

// endless is a body without an end, which counts the bytes that are read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > 16<<20 {
		return 0, errors.New("more than 16 MiB were read")
	}
	return copy(p, strings.Repeat(" ", len(p))), nil
}

func (*endless) Close() error { return nil }

func TestEndlessResponse(t *testing.T) {
	t.Parallel()
	body := &endless{}
	c := newClient(t, "https://z.example")
	c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, Request: r}, nil
	})
	checkFaults(t, asError(t, calls[optest.Discovery](t, c)).Problem, "response-too-large")
	if body.read > 2<<20 {
		t.Errorf("%d bytes were read", body.read)
	}
}

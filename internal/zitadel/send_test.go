package zitadel_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// calls maps each endpoint to a client call that sends a request to it.
var calls = map[optest.Endpoint]func(*testing.T, *zitadel.Client) error{
	optest.Discovery: func(t *testing.T, c *zitadel.Client) error {
		_, err := c.Configuration(t.Context())
		return err
	},
	optest.Token: func(t *testing.T, c *zitadel.Client) error {
		_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userSecret(), Scopes: []string{"openid"}})
		return err
	},
	optest.Introspection: func(t *testing.T, c *zitadel.Client) error {
		_, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret(world().Service.PAT))
		return err
	},
}

// TestRetried checks which failed requests are repeated, and how many times the client waits.
func TestRetried(t *testing.T) {
	t.Parallel()
	status := func(code int) optest.Fault { return optest.Fault{Status: code, Body: canary} }
	rejection := `{"error":"server_error","error_description":"Errors.Internal"}`
	const (
		get         = 1 << iota // a GET request is retried
		post                    // a POST request is retried
		confirmed               // the response to a POST request is negative, so the client confirms it
		credentials             // the response rejects the credentials, so the client waits before confirming it
		everywhere              // the client also confirms the response to a GET request
	)
	tests := map[string]struct {
		fault   optest.Fault
		retried int // a combination of these bits
	}{
		"429":              {status(429), get | post},
		"429 JSON":         {optest.Fault{Status: 429, Body: rejection}, get | post},
		"500 text":         {status(500), get | post},
		"500 JSON":         {optest.Fault{Status: 500, Body: rejection}, get | confirmed},
		"500 JSON array":   {optest.Fault{Status: 500, Body: `[]`}, get | post},
		"501":              {status(501), get},
		"502":              {status(502), get | post},
		"503":              {status(503), get | post},
		"503 JSON":         {optest.Fault{Status: 503, Body: rejection}, get | post},
		"504":              {status(504), get | post},
		"505":              {status(505), get},
		"520":              {status(520), get},
		"reset":            {optest.Fault{Reset: true}, get | post},
		"cut":              {optest.Fault{Cut: true}, get | post},
		"too large":        {optest.Fault{Oversized: true}, 0},
		"400 JSON":         {optest.Fault{Status: 400, Body: rejection}, confirmed},
		"400 text":         {status(400), 0},
		"401":              {optest.Fault{Status: 401, Body: `{"error":"invalid_client"}`}, confirmed | credentials},
		"403":              {status(403), 0},
		"404":              {status(404), confirmed | everywhere},
		"404 JSON":         {optest.Fault{Status: 404, Body: `{"code":5,"message":"Not Found"}`}, confirmed | everywhere},
		"404 from ZITADEL": {optest.Fault{Status: 404, Body: "ID=QUERY-1kIjX Message=Instanz nicht gefunden."}, 0},
		"redirect":         {optest.Fault{Status: 302, Header: http.Header{"Location": {"/login"}}}, 0},
		"200 without JSON": {status(200), 0},
		"204":              {status(204), 0},
	}
	for name, test := range tests {
		for endpoint, call := range calls {
			t.Run(name+" from "+string(endpoint), func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				issuer.Fail(endpoint, 2, test.fault)
				var w sleeps
				c := newClient(t, issuer.URL)
				c.MaxRetries, c.Sleep = 3, w.sleep
				err := call(t, c)
				bit, requests, waited, checks := post, 1, 0, 0
				if endpoint == optest.Discovery {
					bit = get
				}
				switch {
				case test.retried&bit != 0:
					requests, waited = 3, 2
				case bit == post && test.retried&confirmed != 0 || test.retried&everywhere != 0:
					requests, checks = 2, 1
					if test.retried&credentials != 0 {
						waited = 1
					}
				}
				if (err == nil) != (requests == 3) {
					t.Errorf("got error %v, want success: %t", err, requests == 3)
				}
				got := issuer.Requests(endpoint)
				if got != requests || len(w.durations) != waited || issuer.Requests(optest.Ready) != checks {
					t.Errorf("%d requests, %d waits and %d readiness checks, want %d, %d and %d",
						got, len(w.durations), issuer.Requests(optest.Ready), requests, waited, checks)
				}
				if err != nil {
					e := asError(t, err)
					if len(faultsIn(e)) == 0 && e.Code == "" || e.Attempts != requests {
						t.Errorf("unexpected error: %+v", e)
					}
					checkOmits(t, allText(e), canary)
				}
			})
		}
	}
}

// TestRetriesEnd checks the error that is returned after the last attempt.
func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		retries int
		fault   optest.Fault
		status  int
		want    string
	}{
		"none": {
			0, optest.Fault{Status: 503, Body: canary, Header: http.Header{"X-Request-Id": {"id-7"}}}, 503,
			`server-unavailable media_type="text/plain"`,
		},
		"three": {
			3, optest.Fault{Status: 502, Body: "<html>" + canary}, 502, `server-unavailable media_type="text/plain"`,
		},
		"500 text": {1, optest.Fault{Status: 500, Body: canary}, 500, `server-unavailable media_type="text/plain"`},
		"JSON error": {
			1, optest.Fault{Status: 503, Body: `{"error":"temporarily_unavailable","error_description":"later"}`}, 503,
			`server-unavailable media_type="application/json"`,
		},
		"rate limit": {1, optest.Fault{Status: 429, Body: canary}, 429, `rate-limit media_type="text/plain"`},
		"reset":      {2, optest.Fault{Reset: true}, 0, `connection-closed connected_to="" target="%s"`},
		"cut":        {2, optest.Fault{Cut: true}, 200, `connection-closed connected_to="" target="%s"`},
		"too large":  {2, optest.Fault{Oversized: true}, 200, "response-too-large"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 10, test.fault)
			var w sleeps
			c := newClient(t, issuer.URL)
			c.MaxRetries, c.Sleep = test.retries, w.sleep
			e := asError(t, calls[optest.Token](t, c))
			attempts := test.retries + 1
			if test.fault.Oversized {
				attempts = 1
			}
			if e.Attempts != attempts || e.Status != test.status || e.Credentials || e.URL != issuer.URL+"/oauth/v2/token" {
				t.Errorf("unexpected error: %+v", e)
			}
			want := strings.ReplaceAll(test.want, "%s", hostPort(issuer.URL))
			if e.Problem == nil || e.Problem.Error() != want || e.Unavailable != !test.fault.Oversized {
				t.Errorf("got error %+v, want %s", e, want)
			}
			if name == "none" && e.RequestID != "id-7" {
				t.Errorf("request ID %q, want id-7", e.RequestID)
			}
			if name == "JSON error" && (e.Code != "temporarily_unavailable" || e.Description != "later") {
				t.Errorf("unexpected error: %+v", e)
			}
			checkOmits(t, allText(e), canary, world().Service.Secret)
			checkRequests(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: attempts})
		})
	}
}

func TestRefusedConnectionIsRetried(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Close()
	var w sleeps
	c := newClient(t, issuer.URL)
	c.MaxRetries, c.Sleep = 3, w.sleep
	e := asError(t, calls[optest.Token](t, c))
	if e.Attempts != 4 || len(w.durations) != 3 || e.Op != "read OpenID configuration" {
		t.Errorf("%d waits, want 3: %+v", len(w.durations), e)
	}
	checkFaults(t, e.Problem, "connection-refused")
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	date := time.Now().UTC().Truncate(time.Second)
	in := func(d time.Duration) string { return date.Add(d).Format(http.TimeFormat) }
	tests := map[string]struct {
		header string
		date   string        // of the response
		want   time.Duration // without the backoff after a rate limit
	}{
		"seconds":               {"7", in(0), 7 * time.Second},
		"zero":                  {"0", in(0), 0},
		"date":                  {in(20 * time.Second), in(0), 20 * time.Second},
		"date, server ahead":    {in(time.Hour + 20*time.Second), in(time.Hour), 20 * time.Second},
		"date in the past":      {in(-time.Hour), in(0), 0},
		"invalid Date header":   {in(20 * time.Second), "today", 0},
		"more than the timeout": {"31", in(0), 30 * time.Second},
		"a year":                {"31536000", in(0), 30 * time.Second},
		"a date in a year":      {in(365 * 24 * time.Hour), in(0), 30 * time.Second},
		"overflow":              {"9223372036854775807", in(0), 30 * time.Second},
		"beyond 64 bits":        {"99999999999999999999", in(0), 0},
		"negative":              {"-5", in(0), 0},
		"fraction":              {"1.5", in(0), 0},
		"garbage":               {"soon", in(0), 0},
		"empty":                 {"", in(0), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 1, optest.Fault{
				Status: 429, Header: http.Header{"Retry-After": {test.header}, "Date": {test.date}},
			})
			var w sleeps
			c := newClient(t, issuer.URL)
			c.Transport = connections(t) // does not remove the Date header from responses
			c.MaxRetries, c.Sleep = 1, w.sleep
			if err := calls[optest.Token](t, c); err != nil {
				t.Fatal(err)
			}
			if len(w.durations) != 1 || issuer.Requests(optest.Token) != 2 {
				t.Fatalf("waits %v and %d requests, want one wait and 2 requests",
					w.durations, issuer.Requests(optest.Token))
			}
			if got, want := w.durations[0], test.want+8*time.Second; got != want {
				t.Errorf("the client waited %s, want %s", got, want)
			}
		})
	}
}

// TestLongestRetryAfter checks that the longest Retry-After applies to all requests, even to one
// whose own response had a shorter Retry-After.
func TestLongestRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c, s := newMemoryClient(nil)
		s.handlers = handlers{"/userinfo": func(r *http.Request) (*http.Response, error) {
			time.Sleep(10 * time.Millisecond)
			at := time.Since(began)
			if at > time.Second && at < 25*time.Second {
				t.Errorf("a request was sent after %s, want none before 25s", at)
			}
			if at > time.Second {
				return jsonResponse(200, `{"sub":"1"}`), nil
			}
			response := jsonResponse(429, "")
			isLong := r.Header.Get("Authorization") == "Bearer long"
			response.Header.Set("Retry-After", map[bool]string{true: "25", false: "1"}[isLong])
			return response, nil
		}}
		var group sync.WaitGroup
		for _, token := range []string{"long", "short"} {
			group.Go(func() {
				if _, err := c.UserInfo(t.Context(), key.NewSecret(token)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}

// TestAlertIsNotRetried checks that a request is not repeated after a TLS alert from the server, such
// as certificate_required, because each attempt would cause the same alert.
func TestAlertIsNotRetried(t *testing.T) {
	t.Parallel()
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}
	c := newClient(t, "https://z.example")
	c.MaxRetries = 3
	c.Transport = roundTripFunc(func(*http.Request) (*http.Response, error) { return nil, alert })
	e := asError(t, calls[optest.Discovery](t, c))
	const text = "remote error: tls: certificate required"
	checkFaults(t, e.Problem, `client-certificate-rejected connected_to="" error="`+text+`"`)
	if e.Attempts != 1 {
		t.Errorf("%d attempts, want 1", e.Attempts)
	}
}

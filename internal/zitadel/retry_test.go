package zitadel_test

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The calls that reach each endpoint.
var calls = map[optest.Endpoint]func(*testing.T, *oauth.Client) error{
	optest.Discovery: func(t *testing.T, c *oauth.Client) error {
		_, err := c.Configuration(t.Context())
		return err
	},
	optest.Token: func(t *testing.T, c *oauth.Client) error {
		_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userSecret(), Scopes: []string{"openid"}})
		return err
	},
	optest.Introspection: func(t *testing.T, c *oauth.Client) error {
		_, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret(world().Service.PAT))
		return err
	},
}

func TestRetried(t *testing.T) {
	t.Parallel()
	status := func(code int) optest.Fault { return optest.Fault{Status: code, Body: canary} }
	refusal := `{"error":"server_error","error_description":"Errors.Internal"}`
	// A negative response is confirmed, after a wait if it rejects the credentials.
	const get, post, confirmed, credentials, everywhere = 1, 2, 4, 8, 16
	tests := map[string]struct {
		fault   optest.Fault
		retried int // bits
	}{
		"429":            {status(429), get | post},
		"429 JSON":       {optest.Fault{Status: 429, Body: refusal}, get | post},
		"500 text":       {status(500), get | post},
		"500 JSON":       {optest.Fault{Status: 500, Body: refusal}, get | confirmed},
		"500 JSON array": {optest.Fault{Status: 500, Body: `[]`}, get | post},
		"501":            {status(501), get},
		"502":            {status(502), get | post},
		"503":            {status(503), get | post},
		"503 JSON":       {optest.Fault{Status: 503, Body: refusal}, get | post},
		"504":            {status(504), get | post},
		"505":            {status(505), get},
		"520":            {status(520), get},
		"reset":          {optest.Fault{Reset: true}, get | post},
		"cut":            {optest.Fault{Cut: true}, get | post},
		"too large":      {optest.Fault{Oversized: true}, 0},
		"400 JSON":       {optest.Fault{Status: 400, Body: refusal}, confirmed},
		"400 text":       {status(400), 0},
		"401":            {optest.Fault{Status: 401, Body: `{"error":"invalid_client"}`}, confirmed | credentials},
		"403":            {status(403), 0},
		"404":            {status(404), confirmed | everywhere},
		"404 JSON":       {optest.Fault{Status: 404, Body: `{"code":5,"message":"Not Found"}`}, confirmed | everywhere},
		"404 of ZITADEL": {optest.Fault{Status: 404, Body: "ID=QUERY-1kIjX Message=Instanz nicht gefunden."}, 0},
		"redirect":       {optest.Fault{Status: 302, Header: http.Header{"Location": {"/login"}}}, 0},
		"200 no JSON":    {status(200), 0},
		"204":            {status(204), 0},
	}
	for name, test := range tests {
		for endpoint, call := range calls {
			t.Run(name+" of "+string(endpoint), func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				issuer.Fail(endpoint, 2, test.fault)
				var w waits
				c := newClient(t, issuer.URL)
				c.MaxRetries, c.Sleep = 3, w.sleep
				err := call(t, c)
				bit, requests, waited, probes := post, 1, 0, 0
				if endpoint == optest.Discovery {
					bit = get
				}
				switch {
				case test.retried&bit != 0:
					requests, waited = 3, 2
				case bit == post && test.retried&confirmed != 0 || test.retried&everywhere != 0:
					requests, probes = 2, 1
					if test.retried&credentials != 0 {
						waited = 1
					}
				}
				if (err == nil) != (requests == 3) {
					t.Errorf("error %v", err)
				}
				if got := issuer.Requests(endpoint); got != requests || len(w.asked) != waited || issuer.Requests(optest.Ready) != probes {
					t.Errorf("%d requests after %d waits, want %d after %d", got, len(w.asked), requests, waited)
				}
				if err != nil {
					e := failed(t, err)
					if len(e.Next) == 0 || e.Attempts != requests {
						t.Errorf("%+v", e)
					}
					keeps(t, everything(e), canary)
				}
			})
		}
	}
}

func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		retries int
		fault   optest.Fault
		status  int
		want    []string
	}{
		"none":       {0, optest.Fault{Status: 503, Body: canary, Header: http.Header{"X-Request-Id": {"id-7"}}}, 503, []string{"status 503", "not available", "text/plain", "request ID id-7"}},
		"three":      {3, optest.Fault{Status: 502, Body: "<html>" + canary}, 502, []string{"status 502"}},
		"500 text":   {1, optest.Fault{Status: 500, Body: canary}, 500, []string{"status 500", "not available"}},
		"JSON error": {1, optest.Fault{Status: 503, Body: `{"error":"temporarily_unavailable","error_description":"later"}`}, 503, []string{"temporarily_unavailable (later)"}},
		"reset":      {2, optest.Fault{Reset: true}, 0, []string{"closed before the response was complete"}},
		"cut":        {2, optest.Fault{Cut: true}, 0, []string{"closed before the response was complete"}},
		"too large":  {2, optest.Fault{Oversized: true}, 0, []string{"more than 1 MiB"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Token, 10, test.fault)
			var w waits
			c := newClient(t, issuer.URL)
			c.MaxRetries, c.Sleep = test.retries, w.sleep
			e := failed(t, calls[optest.Token](t, c))
			attempts := test.retries + 1
			if test.fault.Oversized {
				attempts = 1
			}
			if e.Attempts != attempts || e.Status != test.status || e.Credentials || len(e.Next) == 0 || e.URL != issuer.URL+"/oauth/v2/token" {
				t.Errorf("%+v", e)
			}
			says(t, e.Error(), test.want...)
			keeps(t, everything(e), canary, world().Service.Secret)
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: attempts})
		})
	}
}

func TestRefusedConnectionIsRetried(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Close()
	var w waits
	c := newClient(t, issuer.URL)
	c.MaxRetries, c.Sleep = 3, w.sleep
	e := failed(t, calls[optest.Token](t, c))
	if e.Attempts != 4 || len(w.asked) != 3 || e.Op != "read OpenID configuration" {
		t.Errorf("%d waits: %+v", len(w.asked), e)
	}
	says(t, e.Error(), "the connection was refused")
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	date := time.Now().UTC().Truncate(time.Second)
	in := func(d time.Duration) string { return date.Add(d).Format(http.TimeFormat) }
	tests := map[string]struct {
		header string
		date   string        // of the answer
		want   time.Duration // beside the backoff of who is turned away
	}{
		"seconds":               {"7", in(0), 7 * time.Second},
		"none":                  {"0", in(0), 0},
		"date":                  {in(20 * time.Second), in(0), 20 * time.Second},
		"date, server ahead":    {in(time.Hour + 20*time.Second), in(time.Hour), 20 * time.Second},
		"date in the past":      {in(-time.Hour), in(0), 0},
		"date without a clock":  {in(20 * time.Second), "today", 0},
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
			issuer.Fail(optest.Token, 1, optest.Fault{Status: 429, Header: http.Header{"Retry-After": {test.header}, "Date": {test.date}}})
			var w waits
			c := newClient(t, issuer.URL)
			c.Transport = connections(t) // the date of the answer counts
			c.MaxRetries, c.Sleep = 1, w.sleep
			if err := calls[optest.Token](t, c); err != nil {
				t.Fatal(err)
			}
			if len(w.asked) != 1 || issuer.Requests(optest.Token) != 2 {
				t.Fatalf("waits %v, %d requests", w.asked, issuer.Requests(optest.Token))
			}
			if got, want := w.asked[0], test.want+8*time.Second; got != want {
				t.Errorf("it waits %s, want %s", got, want)
			}
		})
	}
}

// The longest Retry-After counts, also for a request that received a shorter one.
func TestLongestRetryAfterCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c, w := wired(nil)
		w.answers = handlers{"/userinfo": func(r *http.Request) (*http.Response, error) {
			time.Sleep(10 * time.Millisecond)
			at := time.Since(began)
			if at > time.Second && at < 25*time.Second {
				t.Errorf("a request after %s", at)
			}
			if at > time.Second {
				return given(200, `{"sub":"1"}`), nil
			}
			response := given(429, "")
			response.Header.Set("Retry-After", map[bool]string{true: "25", false: "1"}[r.Header.Get("Authorization") == "Bearer long"])
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

// A TLS alert of the server, such as one that asks for a certificate, comes again each
// time.
func TestAlertIsNotRetried(t *testing.T) {
	t.Parallel()
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}
	c := newClient(t, "https://z.example")
	c.MaxRetries = 3
	c.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, alert })
	e := failed(t, calls[optest.Discovery](t, c))
	says(t, e.Error(), "tls: certificate required")
	if e.Attempts != 1 {
		t.Errorf("%d attempts", e.Attempts)
	}
}

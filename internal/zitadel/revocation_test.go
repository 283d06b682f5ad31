package zitadel_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// wire is a server in memory, on which time is what synctest says.
type wire struct {
	mu      sync.Mutex
	counts  map[string]int
	revoked int // revocations that have ended
	answers handlers
}

// handler responds to a request.
type (
	handler  = func(*http.Request) (*http.Response, error)
	handlers = map[string]handler // by path
)

// handle sets the handler of a path.
func (w *wire) handle(path string, h handler) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[path] = h
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if r.URL.Path == "/revoke" {
			w.revoked++
		}
	}()
	w.mu.Lock()
	w.counts[r.URL.Path]++
	answer := w.answers[r.URL.Path]
	w.mu.Unlock()
	if answer != nil {
		return answer(r)
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		return given(200, `{"issuer":"https://z.example","token_endpoint":"https://z.example/token","revocation_endpoint":"https://z.example/revoke","introspection_endpoint":"https://z.example/introspect","userinfo_endpoint":"https://z.example/userinfo","jwks_uri":"https://z.example/keys"}`), nil
	case "/userinfo":
		return given(200, `{"sub":"1"}`), nil
	case "/token":
		return given(200, `{"access_token":"canary-token-`+strings.Repeat("x", w.count("/token"))+`","token_type":"Bearer","expires_in":3600}`), nil
	}
	return given(200, ""), nil
}

func (w *wire) count(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[path]
}

// revocations counts the revocations that have ended.
func (w *wire) revocations() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.revoked
}

func given(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// hangs answers only when the request is canceled.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func wired(h handlers) (*oauth.Client, *wire) {
	w := &wire{counts: map[string]int{}, answers: h}
	return &oauth.Client{Issuer: "https://z.example", Transport: w, MaxRetries: 3}, w
}

var (
	wanted  = oauth.TokenRequest{Credentials: oauth.Credentials{ClientID: "a", ClientSecret: key.NewSecret("canary-secret")}, Scopes: []string{"openid"}}
	revoker = oauth.Credentials{ClientID: "b", ClientSecret: key.NewSecret("canary-revoker")}
)

// scope is wanted with one scope.
func scope(name string) oauth.TokenRequest {
	request := wanted
	request.Scopes = []string{name}
	return request
}

// clocks are local clocks.
var clocks = map[string]func() time.Time{
	"the real clock":  nil,
	"a fast clock":    func() time.Time { return time.Now().Add(23 * time.Hour) },
	"a slow clock":    func() time.Time { return time.Now().Add(-23 * time.Hour) },
	"a stopped clock": func() time.Time { return time.Unix(1700000000, 0) },
}

// A revocation takes five seconds at most, even if the run was interrupted and
// whatever the local clock shows.
func TestRevocationIsBounded(t *testing.T) {
	for name, now := range clocks {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := wired(handlers{"/revoke": hangs})
				c.Now = now
				token := mustHold(t, c, wanted)
				interrupted, cancel := context.WithCancel(t.Context())
				cancel()
				began := time.Now()
				err := c.ReleaseToken(interrupted, token)
				var failure *oauth.Error
				if !errors.As(err, &failure) || failure.Problem != "no response within 5s" {
					t.Errorf("%v", err)
				}
				if took := time.Since(began); took != 5*time.Second {
					t.Errorf("the revocation took %s", took)
				}
			})
		})
	}
}

// A revocation is retried whatever the local clock shows.
func TestRevocationIsRetried(t *testing.T) {
	for name, now := range clocks {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := wired(handlers{})
				c.Now = now
				w.handle("/revoke", func(*http.Request) (*http.Response, error) {
					w.handle("/revoke", nil)
					return given(503, ""), nil
				})
				if err := c.ReleaseToken(t.Context(), mustHold(t, c, wanted)); err != nil || w.count("/revoke") != 2 {
					t.Errorf("%d requests, %v", w.count("/revoke"), err)
				}
			})
		})
	}
}

// After an interrupt, all revocations together take five seconds at most; before,
// each of them does. Time without a revocation does not count.
func TestRevocationsOfInterruptedRunAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		interrupted bool
		want        time.Duration
		problem     string // of the last revocation
	}{
		"interrupted":     {true, 5 * time.Second, "not sent"},
		"not interrupted": {false, 4*time.Second + 2*5*time.Second, "no response within 5s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, w := wired(handlers{})
				var tokens []key.Secret
				for _, name := range []string{"a", "b", "c"} {
					tokens = append(tokens, mustHold(t, client, scope(name)))
				}
				w.handle("/revoke", delayed(4*time.Second, "")) // does not count
				if err := client.ReleaseToken(t.Context(), mustHold(t, client, wanted)); err != nil {
					t.Error(err)
				}
				if c.interrupted {
					client.Interrupt()
				}
				var took time.Duration
				var err error
				for n, token := range tokens {
					w.handle("/revoke", []handler{delayed(4*time.Second, ""), hangs, hangs}[n])
					<-time.After(time.Minute) // an operation that uses the token
					began := time.Now()
					err = client.ReleaseToken(t.Context(), token)
					took += time.Since(began)
				}
				var failure *oauth.Error
				if !errors.As(err, &failure) || !strings.Contains(failure.Problem, c.problem) || took != c.want {
					t.Errorf("revocations took %s, want %s; the last one: %v", took, c.want, err)
				}
			})
		})
	}
}

// What is blamed follows from the answer.
func TestExplainRevocation(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"invalid_client","error_description":"token was not issued for this client"}`: "audience lacks the client ID",
		`{"error":"invalid_client","error_description":"no active client not found"}`:           "API applications and service accounts cannot revoke",
		`{"error":"invalid_client","error_description":"invalid secret"}`:                       "secret or key of revoke_with",
		`{"error":"invalid_request"}`: "",
		`{"message":"no"}`:            "",
	} {
		c, _ := wired(handlers{"/revoke": func(*http.Request) (*http.Response, error) { return given(403, body), nil }})
		token, err := c.HoldToken(t.Context(), wanted, revoker)
		if err != nil {
			t.Fatal(err)
		}
		var failure *oauth.Error
		if !errors.As(c.ReleaseToken(t.Context(), token.AccessToken), &failure) {
			t.Fatalf("%s: no error", body)
		}
		if likely := strings.Join(failure.Likely, " "); want == "" && likely != "" || !strings.Contains(likely, want) || len(failure.Next) == 0 {
			t.Errorf("%s: likely %q, next %v", body, likely, failure.Next)
		}
	}
}

func TestCheckRevoker(t *testing.T) {
	c, w := wired(nil)
	if err := c.CheckRevoker(revoker); err != nil {
		t.Error(err)
	}
	if err := c.CheckRevoker(oauth.Credentials{}); err == nil {
		t.Error("nobody can revoke")
	}
	if len(w.counts) != 0 {
		t.Errorf("requests: %v", w.counts)
	}
}

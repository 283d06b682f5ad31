package oauth_test

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
	answers map[string]func(*http.Request) (*http.Response, error)
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.counts[r.URL.Path]++
	answer := w.answers[r.URL.Path]
	w.mu.Unlock()
	if answer != nil {
		return answer(r)
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		return given(200, `{"issuer":"https://z.example","token_endpoint":"https://z.example/token","revocation_endpoint":"https://z.example/revoke"}`), nil
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

func given(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// hangs answers only when the request is cancelled.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func wired(answers map[string]func(*http.Request) (*http.Response, error)) (*oauth.Client, *wire) {
	w := &wire{counts: map[string]int{}, answers: answers}
	return &oauth.Client{Issuer: "https://z.example", Transport: w, MaxRetries: 3}, w
}

var (
	wanted  = oauth.TokenRequest{Credentials: oauth.Credentials{ClientID: "a", ClientSecret: key.NewSecret("canary-secret")}, Scopes: []string{"openid"}}
	revoker = oauth.Credentials{ClientID: "b", ClientSecret: key.NewSecret("canary-revoker")}
)

func TestHeldTokenEndsWithItsLastHolder(t *testing.T) {
	c, w := wired(nil)
	first, err := c.HoldToken(t.Context(), wanted, revoker)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.HoldToken(t.Context(), wanted, revoker)
	if err != nil || second.AccessToken.Reveal() != first.AccessToken.Reveal() {
		t.Fatalf("a second wanted: another token, %v", err)
	}
	for holders, want := range []int{0, 1, 1} { // the third lets go what it does not hold
		if err := c.ReleaseToken(t.Context(), first.AccessToken); err != nil {
			t.Error(err)
		}
		if got := w.count("/revoke"); got != want {
			t.Errorf("released %d times: revoked %d times, want %d", holders+1, got, want)
		}
	}
	third, err := c.HoldToken(t.Context(), wanted, revoker)
	if err != nil || third.AccessToken.Reveal() == first.AccessToken.Reveal() {
		t.Errorf("after the revocation: the same token, %v", err)
	}
}

// A revocation takes five seconds at most, whatever the server does, and also
// of a run that was interrupted.
func TestRevocationIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := wired(map[string]func(*http.Request) (*http.Response, error){"/revoke": hangs})
		token, err := c.HoldToken(t.Context(), wanted, revoker)
		if err != nil {
			t.Fatal(err)
		}
		interrupted, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		err = c.ReleaseToken(interrupted, token.AccessToken)
		var failure *oauth.Error
		if !errors.As(err, &failure) || !strings.Contains(failure.Problem, "5s") {
			t.Errorf("%v", err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// A token that arrives after the interrupt is revoked before anybody has it.
func TestInterruptWhileATokenIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrives := make(chan struct{})
		c, w := wired(map[string]func(*http.Request) (*http.Response, error){"/token": func(*http.Request) (*http.Response, error) {
			<-arrives
			return given(200, `{"access_token":"late-token","token_type":"Bearer","expires_in":3600}`), nil
		}})
		interrupted, cancel := context.WithCancel(t.Context())
		asked := make(chan error)
		go func() {
			_, err := c.HoldToken(interrupted, wanted, revoker)
			asked <- err
		}()
		synctest.Wait()
		cancel() // as StopProvider does first
		if err := <-asked; !errors.Is(err, context.Canceled) {
			t.Errorf("who asked got %v", err)
		}
		time.AfterFunc(500*time.Millisecond, func() { close(arrives) })
		if err := c.RevokeHeld(t.Context()); err != nil || w.count("/revoke") != 1 {
			t.Errorf("revoked %d times, %v", w.count("/revoke"), err)
		}
		if _, err := c.HoldToken(t.Context(), wanted, revoker); !errors.Is(err, context.Canceled) || w.count("/token") != 1 {
			t.Errorf("after the interrupt, a token could be had: %v, %d requests", err, w.count("/token"))
		}
	})
}

// A server that never gives the token does not hold up the end.
func TestInterruptWhileTheServerHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := wired(map[string]func(*http.Request) (*http.Response, error){"/token": hangs})
		interrupted, cancel := context.WithCancel(t.Context())
		asked := make(chan error)
		go func() {
			_, err := c.HoldToken(interrupted, wanted, revoker)
			asked <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-asked; !errors.Is(err, context.Canceled) {
			t.Errorf("who asked got %v", err)
		}
		began := time.Now()
		if err := c.RevokeHeld(t.Context()); err != nil || w.count("/revoke") != 0 {
			t.Errorf("revoked %d times, %v", w.count("/revoke"), err)
		}
		if took := time.Since(began); took != 700*time.Millisecond {
			t.Errorf("it took %s", took)
		}
	})
}

// A revocation at the interrupt that fails is told of, once, to who closes.
func TestFailedRevocationIsRemembered(t *testing.T) {
	c, w := wired(map[string]func(*http.Request) (*http.Response, error){"/revoke": func(*http.Request) (*http.Response, error) {
		return given(400, `{"error":"invalid_client","error_description":"invalid secret canary-revoker"}`), nil
	}})
	token, err := c.HoldToken(t.Context(), wanted, revoker)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"RevokeHeld": c.RevokeHeld(t.Context()), "ReleaseToken": c.ReleaseToken(t.Context(), token.AccessToken)} {
		if err == nil || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.ReleaseToken(t.Context(), token.AccessToken); err != nil || w.count("/revoke") != 2 {
		t.Errorf("told of twice: %v; revoked %d times", err, w.count("/revoke"))
	}
}

// What is blamed follows from the answer.
func TestExplainRevocation(t *testing.T) {
	for body, want := range map[string]string{
		`{"error":"invalid_client","error_description":"token was not issued for this client"}`: "audience lacks the client id",
		`{"error":"invalid_client","error_description":"no active client not found"}`:           "API applications and service accounts cannot revoke",
		`{"error":"invalid_client","error_description":"invalid secret"}`:                       "secret or key of revoke_with",
		`{"error":"invalid_request"}`: "",
		`{"message":"no"}`:            "",
	} {
		c, _ := wired(map[string]func(*http.Request) (*http.Response, error){"/revoke": func(*http.Request) (*http.Response, error) { return given(403, body), nil }})
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

package oauth_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Several shutdowns overlap a token that arrives after the interrupt, and its
// revocation. The token is revoked once. The race detector must be on.
func TestShutdownsOverlapLateToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := wired(map[string]func(*http.Request) (*http.Response, error){
			"/token":  delayed(350*time.Millisecond, `{"access_token":"late-token","token_type":"Bearer","expires_in":3600}`),
			"/revoke": delayed(250*time.Millisecond, ""),
		})
		interrupted, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, interrupt)
		if _, err := c.HoldToken(interrupted, wanted, revoker); err == nil {
			t.Error("a token was given out after the interrupt")
		}
		var shutdowns sync.WaitGroup
		for n := range 8 {
			time.AfterFunc(time.Duration(n)*100*time.Millisecond, func() {
				shutdowns.Go(func() {
					if err := c.RevokeHeld(t.Context()); err != nil {
						t.Error(err)
					}
				})
			})
		}
		<-time.After(time.Second)
		shutdowns.Wait()
		if n := w.count("/revoke"); n != 1 {
			t.Errorf("%d revocations, want 1", n)
		}
	})
}

// delayed returns a response after a delay.
func delayed(d time.Duration, body string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		<-time.After(d)
		return given(200, body), nil
	}
}

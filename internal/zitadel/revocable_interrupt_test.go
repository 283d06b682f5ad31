package zitadel_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestInterruptRevokesNothing checks that an interrupt revokes no token, that no caller receives a
// token afterward, not even a shared one, and that a held token is still revoked when its last
// caller releases it.
func TestInterruptRevokesNothing(t *testing.T) {
	c, server := newMemoryClient(nil)
	token := holdToken(t, c, tokenRequest)
	holdToken(t, c, tokenRequest)
	for range 2 {
		c.Interrupt()
	}
	for name, scope := range map[string]string{"shared": "openid", "new": "other"} {
		if _, err := c.HoldToken(t.Context(), requestWithScope(scope), revoker); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got error %v, want %v", name, err, context.Canceled)
		}
	}
	if server.count("/token") != 1 || server.count("/revoke") != 0 {
		t.Errorf("%d token requests and %d revocations, want 1 and 0",
			server.count("/token"), server.count("/revoke"))
	}
	for n, want := range []int{0, 1} {
		if err := c.ReleaseToken(t.Context(), token); err != nil || server.count("/revoke") != want {
			t.Errorf("%d revocations after %d releases, want %d; error %v", server.count("/revoke"), n+1, want, err)
		}
	}
}

// TestInterruptDuringTokenRequest checks the effect of an interrupt while a token request is in
// progress. If the token arrives within 700 ms of the interrupt, it must be revoked. Otherwise, the
// request must be canceled. In both cases, no caller receives the token, and neither Interrupt nor
// any caller waits for it.
func TestInterruptDuringTokenRequest(t *testing.T) {
	for name, c := range map[string]struct {
		arrives     time.Duration // time from the interrupt until the token arrives
		revocations int
		ends        time.Duration // time from the interrupt until RevokeHeld returns
	}{
		"in time":  {699 * time.Millisecond, 1, 699 * time.Millisecond},
		"too late": {701 * time.Millisecond, 0, 700 * time.Millisecond},
		"never":    {1000 * time.Hour, 0, 700 * time.Millisecond},
	} {
		for _, by := range []string{"Interrupt", "RevokeHeld"} {
			t.Run(name+"/"+by, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					client, server := newMemoryClient(handlers{"/token": delayed(time.Second+c.arrives, lateToken)})
					var callers sync.WaitGroup
					var began time.Time
					for range 3 {
						callers.Go(func() {
							_, err := client.HoldToken(t.Context(), tokenRequest, revoker)
							if !errors.Is(err, context.Canceled) || time.Since(began) != 0 {
								t.Errorf("a caller waited for %s and got error %v, want no wait and %v",
									time.Since(began), err, context.Canceled)
							}
						})
					}
					<-time.After(time.Second)
					began = time.Now()
					if by == "Interrupt" {
						client.Interrupt()
						if took := time.Since(began); took != 0 {
							t.Errorf("Interrupt took %s, want no time", took)
						}
						callers.Wait()
					}
					if err := client.RevokeHeld(t.Context(), 5*time.Second); err != nil {
						t.Error(err)
					}
					took := time.Since(began)
					if took != c.ends || server.count("/revoke") != c.revocations || server.count("/token") != 1 {
						t.Errorf("RevokeHeld took %s, want %s; %d revocations, want %d",
							took, c.ends, server.count("/revoke"), c.revocations)
					}
					callers.Wait()
				})
			})
		}
	}
}

// TestConcurrentRevocations checks that concurrent revocations share a limit of five seconds after
// an interrupt, and that each revocation has its own limit of five seconds without an interrupt.
func TestConcurrentRevocations(t *testing.T) {
	for name, c := range map[string]struct {
		interrupted bool
		want        time.Duration
	}{"interrupted": {true, 5 * time.Second}, "not interrupted": {false, 5900 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := newMemoryClient(handlers{"/revoke": delayed(time.Second, "")})
				var callers sync.WaitGroup
				began := time.Now()
				for n := range 50 { // one every 100 ms
					token, begins := holdToken(t, client, requestWithScope(strconv.Itoa(n))), time.Duration(n)*100*time.Millisecond
					callers.Go(func() {
						<-time.After(begins)
						err := client.ReleaseToken(t.Context(), token)
						if n != 40 && (err == nil) != (!c.interrupted || n < 40) {
							t.Errorf("the revocation that began after %s returned error %v", begins, err)
						}
					})
				}
				if c.interrupted {
					client.Interrupt()
				}
				callers.Wait()
				if took := time.Since(began); took != c.want || server.count("/revoke") != 50 {
					t.Errorf("%d revocations took %s, want 50 revocations and %s", server.count("/revoke"), took, c.want)
				}
			})
		})
	}
}

// TestTokenArrivesAsRunStops checks that a token is revoked exactly once if it arrives just as the
// run is interrupted, the process exits, or its caller is canceled.
func TestTokenArrivesAsRunStops(t *testing.T) {
	for name, stop := range map[string]func(*zitadel.Client, context.CancelFunc){
		"canceled":    func(_ *zitadel.Client, cancel context.CancelFunc) { cancel() },
		"interrupted": func(c *zitadel.Client, _ context.CancelFunc) { c.Interrupt() },
		"process exit": func(c *zitadel.Client, _ context.CancelFunc) {
			_ = c.RevokeHeld(context.Background(), time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 200 {
				synctest.Test(t, func(t *testing.T) {
					c, server := newMemoryClient(handlers{"/revoke": delayed(time.Millisecond, "")})
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					server.handle("/token", func(*http.Request) (*http.Response, error) {
						go stop(c, cancel)
						return jsonResponse(200, lateToken), nil
					})
					token, err := c.HoldToken(ctx, tokenRequest, revoker)
					if err == nil {
						err = c.ReleaseToken(t.Context(), token.AccessToken)
					} else if errors.Is(err, context.Canceled) {
						err = nil
					}
					<-time.After(time.Second)
					if err != nil || server.count("/revoke") != 1 {
						t.Errorf("%d revocations, want 1; error %v", server.count("/revoke"), err)
					}
					if err := c.RevokeHeld(t.Context(), time.Second); err != nil || server.count("/revoke") != 1 {
						t.Errorf("%d revocations after process exit, want 1; error %v", server.count("/revoke"), err)
					}
				})
			}
		})
	}
}

// TestShutdownsOverlapLateToken checks that a token that arrives after an interrupt is revoked
// exactly once, even if several shutdowns overlap with its arrival and its revocation. The test is
// effective only with the race detector.
func TestShutdownsOverlapLateToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, server := newMemoryClient(handlers{
			"/token":  delayed(350*time.Millisecond, lateToken),
			"/revoke": delayed(250*time.Millisecond, ""),
		})
		time.AfterFunc(10*time.Millisecond, c.Interrupt)
		if _, err := c.HoldToken(t.Context(), tokenRequest, revoker); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want %v", err, context.Canceled)
		}
		var shutdowns sync.WaitGroup
		for n := range 8 {
			time.AfterFunc(time.Duration(n)*100*time.Millisecond, func() {
				shutdowns.Go(func() {
					c.Interrupt()
					if err := c.RevokeHeld(t.Context(), 5*time.Second); err != nil || server.revocations() != 1 {
						t.Errorf("%d revocations are complete, want 1; error %v", server.revocations(), err)
					}
				})
			})
		}
		<-time.After(time.Second)
		shutdowns.Wait()
		if n := server.count("/revoke"); n != 1 {
			t.Errorf("%d revocations, want 1", n)
		}
	})
}

// TestRevokeHeldIsBounded checks that RevokeHeld waits no longer than its limit.
func TestRevokeHeldIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newMemoryClient(handlers{"/revoke": untilCanceled})
		for _, name := range []string{"a", "b", "c"} {
			holdToken(t, c, requestWithScope(name))
		}
		closing := holdToken(t, c, requestWithScope("closing"))
		go func() { _ = c.ReleaseToken(t.Context(), closing) }()
		synctest.Wait()
		began := time.Now()
		err := c.RevokeHeld(t.Context(), 1500*time.Millisecond)
		if got := codes(fault.All(err)); got != strings.TrimSpace(strings.Repeat("revocation-timeout ", 4)) {
			t.Errorf("got error %v, want four timeouts", err)
		}
		for _, f := range fault.All(err) {
			checkFaults(t, f, `revocation-timeout limit="1.5s"`)
		}
		if took := time.Since(began); took != 1500*time.Millisecond {
			t.Errorf("RevokeHeld took %s, want 1.5s", took)
		}
		<-time.After(5 * time.Second) // until ReleaseToken has returned
	})
}

// TestRevokeHeldReturnsFailures checks that RevokeHeld returns the failures of all revocations,
// including the revocation of a token that arrived after the interrupt.
func TestRevokeHeldReturnsFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, server := newMemoryClient(handlers{"/revoke": func(*http.Request) (*http.Response, error) {
			body := `{"error":"invalid_client","error_description":"invalid secret canary-revoker"}`
			return jsonResponse(400, body), nil
		}})
		holdToken(t, c, requestWithScope("held"))
		server.handle("/token", delayed(time.Second, lateToken))
		time.AfterFunc(500*time.Millisecond, c.Interrupt)
		if _, err := c.HoldToken(t.Context(), requestWithScope("late"), revoker); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want %v", err, context.Canceled)
		}
		<-time.After(time.Second)
		err := c.RevokeHeld(t.Context(), 5*time.Second)
		if err == nil || strings.Count(err.Error(), "400 invalid_client") != 2 {
			t.Errorf("got error %v, want two rejections", err)
		}
		checkFaults(t, err, "revoker-secret-wrong")
		checkOmits(t, allText(asError(t, err))+err.Error(), "canary")
		// Each revocation confirms its rejection. Neither waits for the other.
		if n := server.count("/revoke"); n != 4 {
			t.Errorf("%d requests, want 4", n)
		}
	})
}

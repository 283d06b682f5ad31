package zitadel_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// holdToken calls HoldToken and fails the test on an error.
func holdToken(t *testing.T, c *zitadel.Client, request zitadel.TokenRequest) key.Secret {
	t.Helper()
	token, err := c.HoldToken(t.Context(), request, revoker)
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// TestLastCallerRevokes checks that a token is revoked when its last caller releases it.
func TestLastCallerRevokes(t *testing.T) {
	c, server := newMemoryClient(nil)
	first, second := holdToken(t, c, tokenRequest), holdToken(t, c, tokenRequest)
	if first.Reveal() != second.Reveal() {
		t.Fatal("identical requests do not share a token")
	}
	for n, want := range []int{0, 1, 1} { // the third release has no effect
		if err := c.ReleaseToken(t.Context(), first); err != nil {
			t.Error(err)
		}
		if got := server.count("/revoke"); got != want {
			t.Errorf("%d revocations after %d releases, want %d", got, n+1, want)
		}
	}
	if holdToken(t, c, tokenRequest).Reveal() == first.Reveal() {
		t.Error("HoldToken returned a revoked token")
	}
}

// TestTokenIsNotSharedDuringRevocation checks that no caller receives a token whose revocation is in
// progress.
func TestTokenIsNotSharedDuringRevocation(t *testing.T) {
	c, server := newMemoryClient(handlers{})
	token := holdToken(t, c, tokenRequest)
	server.handle("/revoke", func(*http.Request) (*http.Response, error) {
		if holdToken(t, c, tokenRequest).Reveal() == token.Reveal() {
			t.Error("HoldToken returned the token while its revocation was in progress")
		}
		return jsonResponse(200, ""), nil
	})
	if err := c.ReleaseToken(t.Context(), token); err != nil {
		t.Error(err)
	}
}

// TestOldTokenIsNotShared checks that identical requests do not share a token that is too old, and
// that each of their tokens is revoked when it is released.
func TestOldTokenIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, server := newMemoryClient(handlers{})
		var tokens []key.Secret
		for range 3 {
			<-time.After(31 * time.Minute) // more than half of the token's lifetime
			request := zitadel.TokenRequest{Credentials: tokenRequest.Credentials, MinValidity: time.Hour}
			tokens = append(tokens, holdToken(t, c, request))
		}
		for n, token := range tokens {
			if err := c.ReleaseToken(t.Context(), token); err != nil || server.count("/revoke") != n+1 {
				t.Errorf("%d revocations after %d releases, error %v", server.count("/revoke"), n+1, err)
			}
		}
	})
}

// TestSameTokenTwice checks that a token is not revoked while a caller still holds it, even if the
// server has issued it twice, for two different requests.
func TestSameTokenTwice(t *testing.T) {
	c, server := newMemoryClient(handlers{"/token": func(*http.Request) (*http.Response, error) {
		return jsonResponse(200, lateToken), nil
	}})
	first, second := holdToken(t, c, requestWithScope("a")), holdToken(t, c, requestWithScope("b"))
	for n, token := range []key.Secret{first, second} {
		if got := server.count("/revoke"); got != 0 {
			t.Errorf("%d revocations after %d releases, want none", got, n)
		}
		if err := c.ReleaseToken(t.Context(), token); err != nil {
			t.Error(err)
		}
	}
	if got := server.count("/revoke"); got != 1 {
		t.Errorf("%d revocations, want 1", got)
	}
}

const lateToken = `{"access_token":"late-token","token_type":"Bearer","expires_in":3600}`

// TestCanceledCaller checks that canceling a caller that is waiting for a token does not affect other
// callers. If there are no other callers, the token must be revoked when it arrives.
func TestCanceledCaller(t *testing.T) {
	for name, others := range map[string]int{"the only caller": 0, "one of three callers": 2} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, server := newMemoryClient(handlers{"/token": delayed(time.Second, lateToken)})
				canceled, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Millisecond, cancel)
				var callers sync.WaitGroup
				for range others {
					callers.Go(func() {
						token := holdToken(t, c, tokenRequest)
						if server.count("/revoke") != 0 || c.ReleaseToken(t.Context(), token) != nil {
							t.Error("the token was revoked too early, or not at all")
						}
					})
				}
				if _, err := c.HoldToken(canceled, tokenRequest, revoker); !errors.Is(err, context.Canceled) {
					t.Errorf("got error %v, want %v", err, context.Canceled)
				}
				callers.Wait()
				<-time.After(2 * time.Second)
				if server.count("/token") != 1 || server.count("/revoke") != 1 {
					t.Errorf("%d token requests and %d revocations, want one of each",
						server.count("/token"), server.count("/revoke"))
				}
			})
		})
	}
}

// TestFailedRequestIsNotHeld checks that, after a token request has failed, the next caller sends a
// new one, and that RevokeHeld does not try to revoke a token for the failed request.
func TestFailedRequestIsNotHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, server := newMemoryClient(handlers{"/token": func(*http.Request) (*http.Response, error) {
			return jsonResponse(400, `{"error":"invalid_scope"}`), nil
		}})
		var failure *zitadel.Error
		if _, err := c.HoldToken(t.Context(), tokenRequest, revoker); !errors.As(err, &failure) {
			t.Errorf("got error %v, want a rejection", err)
		}
		<-time.After(time.Minute) // until the rejection is no longer shared
		server.handle("/token", nil)
		holdToken(t, c, tokenRequest)
		if err := c.RevokeHeld(t.Context(), 5*time.Second); err != nil || server.count("/revoke") != 1 {
			t.Errorf("%d revocations, want 1; error %v", server.count("/revoke"), err)
		}
	})
}

// TestShutdownsOverlapRelease checks that each token is revoked exactly once, and that each shutdown
// waits for all revocations, even if several shutdowns overlap with callers that each release their
// token twice. The test is effective only with the race detector.
func TestShutdownsOverlapRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tokens, callers = 10, 3
		c, server := newMemoryClient(handlers{"/revoke": delayed(250*time.Millisecond, "")})
		var closing sync.WaitGroup
		for n := range tokens {
			for caller := range callers {
				token := holdToken(t, c, requestWithScope(strings.Repeat("s", n+1)))
				for again := range 2 {
					time.AfterFunc(time.Duration(1+10*n+20*caller+100*again)*time.Millisecond, func() {
						closing.Go(func() { _ = c.ReleaseToken(t.Context(), token) })
					})
				}
			}
		}
		for n := range 4 {
			time.AfterFunc(time.Duration(50+30*n)*time.Millisecond, func() {
				closing.Go(func() {
					if err := c.RevokeHeld(t.Context(), 5*time.Second); err != nil || server.revocations() != tokens {
						t.Errorf("%d revocations are complete, want %d; error %v", server.revocations(), tokens, err)
					}
				})
			})
		}
		<-time.After(time.Second)
		closing.Wait()
		if n := server.count("/revoke"); n != tokens {
			t.Errorf("%d revocations, want %d", n, tokens)
		}
	})
}

// TestRevokeHeldWaitsForCredentialsInTime checks that waiting for credentials that might be new
// leaves enough time to repeat a rejected revocation.
func TestRevokeHeldWaitsForCredentialsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c, _ := newMemoryClient(handlers{"/revoke": func(*http.Request) (*http.Response, error) {
			if requests++; requests == 1 {
				return jsonResponse(400, `{"error":"invalid_client","error_description":"invalid secret"}`), nil
			}
			return jsonResponse(200, ""), nil
		}})
		holdToken(t, c, tokenRequest)
		if err := c.RevokeHeld(t.Context(), 900*time.Millisecond); err != nil || requests != 2 {
			t.Errorf("%d requests, want 2; error %v", requests, err)
		}
	})
}

// TestRevocationIgnoresLongRetryAfter checks that a revocation is sent even if the Retry-After in the
// response to a different request exceeds the revocation's time limit.
func TestRevocationIgnoresLongRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, server := newMemoryClient(handlers{"/introspect": func(*http.Request) (*http.Response, error) {
			response := jsonResponse(429, "")
			response.Header.Set("Retry-After", "10")
			return response, nil
		}})
		token := holdToken(t, c, tokenRequest)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go c.Introspect(ctx, revoker, key.NewSecret("b")) //nolint:errcheck // the call is canceled
		time.Sleep(time.Second)
		if err := c.ReleaseToken(t.Context(), token); err != nil || server.revocations() != 1 {
			t.Errorf("%d revocations, want 1; error %v", server.revocations(), err)
		}
	})
}

// TestRevokeHeldDoesNotRetryTooLate checks that RevokeHeld does not wait for a retry that would
// exceed its limit.
func TestRevokeHeldDoesNotRetryTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newMemoryClient(handlers{"/revoke": func(*http.Request) (*http.Response, error) {
			response := jsonResponse(429, "")
			response.Header.Set("Retry-After", "2")
			return response, nil
		}})
		holdToken(t, c, tokenRequest)
		began := time.Now()
		err := c.RevokeHeld(t.Context(), 1500*time.Millisecond)
		if took := time.Since(began); took != 0 || err == nil || asError(t, err).Status != 429 {
			t.Errorf("RevokeHeld took %s, want no time; error %v, want status 429", took, err)
		}
	})
}

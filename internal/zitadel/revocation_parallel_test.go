package zitadel_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// holdTokens requests the given number of different tokens with HoldToken.
func holdTokens(t *testing.T, c *zitadel.Client, number int) (tokens []key.Secret) {
	t.Helper()
	for n := range number {
		tokens = append(tokens, holdToken(t, c, requestWithScope(fmt.Sprint("scope", n))))
	}
	return tokens
}

// releaseAll releases the tokens concurrently, and returns the errors.
func releaseAll(t *testing.T, c *zitadel.Client, tokens []key.Secret) (failures []error) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, token := range tokens {
		all.Go(func() {
			if err := c.ReleaseToken(t.Context(), token); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failures = append(failures, err)
			}
		})
	}
	all.Wait()
	return failures
}

// TestRevocationsInParallel checks that revocations do not wait for one another: many tokens are
// revoked in time even if each response takes almost as long as a revocation is allowed to take.
func TestRevocationsInParallel(t *testing.T) {
	t.Parallel()
	for _, number := range []int{2, 10, 50, 100} {
		t.Run(fmt.Sprintf("release %d", number), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, server := newMemoryClient(handlers{"/revoke": delayed(4*time.Second, "")})
				if failures := releaseAll(t, c, holdTokens(t, c, number)); len(failures) > 0 || server.count("/revoke") != number {
					t.Errorf("%d revocation requests and failures %v, want %d and none",
						server.count("/revoke"), failures, number)
				}
			})
		})
		t.Run(fmt.Sprintf("exit with %d held", number), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, server := newMemoryClient(handlers{"/revoke": delayed(time.Second, "")})
				holdTokens(t, c, number)
				if err := c.RevokeHeld(t.Context(), 1500*time.Millisecond); err != nil || server.count("/revoke") != number {
					t.Errorf("%d revocation requests and error %v, want %d and none",
						server.count("/revoke"), err, number)
				}
			})
		})
	}
}

// TestOneRevocationHangs checks that a revocation without a response does not affect others.
func TestOneRevocationHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, server := newMemoryClient(nil)
		server.handlers = handlers{"/revoke": func(r *http.Request) (*http.Response, error) {
			if server.count("/revoke") == 1 {
				return untilCanceled(r)
			}
			return jsonResponse(200, ""), nil
		}}
		failures := releaseAll(t, c, holdTokens(t, c, 50))
		if len(failures) != 1 || server.count("/revoke") != 50 {
			t.Fatalf("%d revocation requests and failures %v, want 50 and one", server.count("/revoke"), failures)
		}
		checkFaults(t, failures[0], `revocation-timeout limit="5s"`)
	})
}

// TestRevocationWithError checks that a response with an OAuth error is not mistaken for a
// successful revocation, even if its status is 200.
func TestRevocationWithError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newMemoryClient(handlers{"/revoke": func(*http.Request) (*http.Response, error) {
			return jsonResponse(200, `{"error":"invalid_client"}`), nil
		}})
		e := asError(t, c.ReleaseToken(t.Context(), holdToken(t, c, tokenRequest)))
		if e.Code != "invalid_client" || e.Status != 200 {
			t.Errorf("got %+v, want invalid_client with status 200", e)
		}
	})
}

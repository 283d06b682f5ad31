package zitadel_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// clocks maps descriptions to local clocks.
var clocks = map[string]func() time.Time{
	"the system clock": nil,
	"a fast clock":     func() time.Time { return time.Now().Add(23 * time.Hour) },
	"a slow clock":     func() time.Time { return time.Now().Add(-23 * time.Hour) },
	"a stopped clock":  func() time.Time { return time.Unix(1700000000, 0) },
}

// TestRevocationIsBounded checks that a revocation takes at most five seconds, whatever the local
// clock shows and even if the caller is canceled.
func TestRevocationIsBounded(t *testing.T) {
	for name, now := range clocks {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := newMemoryClient(handlers{"/revoke": untilCanceled})
				c.Now = now
				token := holdToken(t, c, tokenRequest)
				canceled, cancel := context.WithCancel(t.Context())
				cancel()
				began := time.Now()
				err := c.ReleaseToken(canceled, token)
				var failure *zitadel.Error
				if !errors.As(err, &failure) || failure.Problem.Error() != `revocation-timeout limit="5s"` {
					t.Errorf("got error %v, want a timeout after 5s", err)
				}
				if took := time.Since(began); took != 5*time.Second {
					t.Errorf("the revocation took %s, want 5s", took)
				}
			})
		})
	}
}

// TestRevocationIsRetried checks that a revocation is retried, whatever the local clock shows.
func TestRevocationIsRetried(t *testing.T) {
	for name, now := range clocks {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, server := newMemoryClient(handlers{})
				c.Now = now
				server.handle("/revoke", func(*http.Request) (*http.Response, error) {
					server.handle("/revoke", nil)
					return jsonResponse(503, ""), nil
				})
				if err := c.ReleaseToken(t.Context(), holdToken(t, c, tokenRequest)); err != nil || server.count("/revoke") != 2 {
					t.Errorf("%d requests, want 2; error %v", server.count("/revoke"), err)
				}
			})
		})
	}
}

// TestRevocationsOfInterruptedRunAreBounded checks that, after an interrupt, all revocations
// together take at most five seconds, not counting the time during which no revocation is in
// progress. Without an interrupt, each revocation takes at most five seconds.
func TestRevocationsOfInterruptedRunAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		interrupted bool
		want        time.Duration
		problem     string // of the last revocation
	}{
		"interrupted":     {true, 5 * time.Second, `revocation-not-sent limit="5s"`},
		"not interrupted": {false, 4*time.Second + 2*5*time.Second, `revocation-timeout limit="5s"`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := newMemoryClient(handlers{})
				var tokens []key.Secret
				for _, name := range []string{"a", "b", "c"} {
					tokens = append(tokens, holdToken(t, client, requestWithScope(name)))
				}
				server.handle("/revoke", delayed(4*time.Second, "")) // does not count, because it precedes the interrupt
				if err := client.ReleaseToken(t.Context(), holdToken(t, client, tokenRequest)); err != nil {
					t.Error(err)
				}
				if c.interrupted {
					client.Interrupt()
				}
				var took time.Duration
				var err error
				for n, token := range tokens {
					server.handle("/revoke", []handler{delayed(4*time.Second, ""), untilCanceled, untilCanceled}[n])
					<-time.After(time.Minute) // while an operation uses the token
					began := time.Now()
					err = client.ReleaseToken(t.Context(), token)
					took += time.Since(began)
				}
				var failure *zitadel.Error
				if !errors.As(err, &failure) || failure.Problem.Error() != c.problem || took != c.want {
					t.Errorf("the revocations took %s, want %s; the last one returned error %v, want %s",
						took, c.want, err, c.problem)
				}
			})
		})
	}
}

// TestExplainRevocation checks the likely causes of a rejected revocation.
func TestExplainRevocation(t *testing.T) {
	invalidClient := func(description string) string {
		return `{"error":"invalid_client","error_description":"` + description + `"}`
	}
	for body, want := range map[string]string{
		invalidClient("token was not issued for this client"): "revoker-not-in-audience",
		invalidClient("no active client not found"):           "revoker-inactive credentials-new",
		invalidClient("invalid secret"):                       "revoker-secret-wrong credentials-new",
		`{"error":"invalid_request"}`:                         "rejection-unexplained",
		`{"message":"no"}`:                                    "other-server",
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := newMemoryClient(handlers{"/revoke": func(*http.Request) (*http.Response, error) {
				return jsonResponse(403, body), nil
			}})
			e := asError(t, c.ReleaseToken(t.Context(), holdToken(t, c, tokenRequest)))
			if got := codes(e.Causes); got != want || e.Status != 403 || e.Op != "revoke token" {
				t.Errorf("%s: got error %+v, want the causes %s", body, e, want)
			}
		})
	}
}

func TestCheckRevoker(t *testing.T) {
	t.Parallel()
	c, server := newMemoryClient(nil)
	if err := c.CheckRevoker(revoker); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"312345678901234567@acme", "1@acme,_inc.", "1@müller", "1@r&d"} {
		if err := c.CheckRevoker(secret(id, canary)); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for want, credentials := range map[string]zitadel.Credentials{
		"credentials-missing":                {},
		"service-account-key-for-revocation": userKey(),
		"client-id-unlikely":                 secret(canary, "312345678901234567"),
	} {
		if err := c.CheckRevoker(credentials); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
	if len(server.counts) != 0 {
		t.Errorf("the client sent the requests %v, want none", server.counts)
	}
}

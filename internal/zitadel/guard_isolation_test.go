package zitadel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// bodyOf returns the body of a request, or "" if there is none or it cannot be read.
func bodyOf(r *http.Request) string {
	if r.Body == nil {
		return ""
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

// TestFailureOfOneRequest checks that a request that fails because of its content does not make
// other requests to the same endpoint fail, whether they are sent at the same time or later.
func TestFailureOfOneRequest(t *testing.T) {
	t.Parallel()
	type call = func(context.Context, *zitadel.Client) error
	userInfo := func(token string) call {
		return func(ctx context.Context, c *zitadel.Client) error {
			_, err := c.UserInfo(ctx, key.NewSecret(token))
			return err
		}
	}
	accessToken := func(scopes ...string) call {
		return func(ctx context.Context, c *zitadel.Client) error {
			_, err := c.AccessToken(ctx, zitadel.TokenRequest{Credentials: userKey(), Scopes: scopes})
			return err
		}
	}
	withSecret := func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.AccessToken(ctx, tokenRequest)
		return err
	}
	exchange := func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.ExchangeToken(ctx, zitadel.ExchangeRequest{
			Credentials: tokenRequest.Credentials, SubjectToken: key.NewSecret("subject"),
			SubjectTokenType: zitadel.TypeAccessToken, RequestedTokenType: zitadel.TypeAccessToken,
		})
		return err
	}
	for name, c := range map[string]struct {
		bad, good call
		path      string
		marker    string // text that only the failing request contains
		status    int
		body      string
	}{
		"500 for a user": {
			userInfo("canary-bad"), userInfo("good"), "/userinfo", "canary-bad", 500, `{"error":"server_error"}`,
		},
		"504 for a token exchange": {exchange, accessToken("openid"), "/token", "token-exchange", 504, ""},
		"500 for scopes": {
			accessToken("canary-bad"), accessToken("openid"), "/token", "canary-bad", 500, `{"error":"server_error"}`,
		},
		"credentials that are not allowed to exchange tokens": {
			exchange, withSecret, "/token", "token-exchange", 400,
			`{"error":"invalid_client","error_description":"no active client not found"}`,
		},
	} {
		for _, after := range []time.Duration{20 * time.Millisecond, 15 * time.Second, 20 * time.Second} {
			t.Run(fmt.Sprint(name, "/", after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					client, server := newMemoryClient(nil)
					server.handlers = handlers{c.path: func(r *http.Request) (*http.Response, error) {
						time.Sleep(10 * time.Millisecond)
						if strings.Contains(r.Header.Get("Authorization")+bodyOf(r), c.marker) {
							return jsonResponse(c.status, c.body), nil
						}
						body := `{"sub":"1","access_token":"t","token_type":"Bearer","expires_in":3600}`
						return jsonResponse(200, body), nil
					}}
					var group sync.WaitGroup
					group.Go(func() {
						if err := c.bad(t.Context(), client); err == nil {
							t.Error("the bad request succeeded")
						}
					})
					for range 3 {
						group.Go(func() {
							time.Sleep(after)
							if err := c.good(t.Context(), client); err != nil {
								t.Errorf("the good request failed: %v", err)
							}
						})
					}
					group.Wait()
				})
			})
		}
	}
}

// TestOneGatewayResponse checks that, without retries, one error response from a gateway makes only
// one request fail.
func TestOneGatewayResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, server := newMemoryClient(nil)
		client.MaxRetries = 0
		server.handlers = handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
			if server.count("/userinfo") == 1 {
				return jsonResponse(502, ""), nil
			}
			return jsonResponse(200, `{"sub":"1"}`), nil
		}}
		failed := 0
		for n := range 100 {
			if _, err := client.UserInfo(t.Context(), key.NewSecret(fmt.Sprint("token", n))); err != nil {
				failed++
			}
			time.Sleep(10 * time.Millisecond)
		}
		if failed != 1 {
			t.Errorf("%d requests failed, want 1", failed)
		}
	})
}

// TestSharedRejectionShowsNoSecret checks that no error contains the first request's secret, even
// though the shared rejection repeats it.
func TestSharedRejectionShowsNoSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, server := newMemoryClient(handlers{"/introspect": func(*http.Request) (*http.Response, error) {
			body := `{"error":"invalid_client","error_description":"no client for canary-first"}`
			return jsonResponse(401, body), nil
		}})
		for _, token := range []string{"canary-first", "second"} {
			_, err := client.Introspect(t.Context(), tokenRequest.Credentials, key.NewSecret(token))
			var failure *zitadel.Error
			if !errors.As(err, &failure) || failure.Shared != (token == "second") {
				t.Fatal(err)
			}
			checkOmits(t, allText(failure), "canary")
		}
		if n := server.count("/introspect"); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// bodyOf returns the body of a request.
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

// A request that fails because of its own content does not fail others to the same
// endpoint, whether they are sent at the same time or later.
func TestFailureOfOneRequest(t *testing.T) {
	t.Parallel()
	userInfo := func(token string) func(*oauth.Client, context.Context) error {
		return func(c *oauth.Client, ctx context.Context) error {
			_, err := c.UserInfo(ctx, key.NewSecret(token))
			return err
		}
	}
	accessToken := func(scopes ...string) func(*oauth.Client, context.Context) error {
		return func(c *oauth.Client, ctx context.Context) error {
			_, err := c.AccessToken(ctx, oauth.TokenRequest{Credentials: oauth.Credentials{Key: parsed(world().Service.KeyJSON())}, Scopes: scopes})
			return err
		}
	}
	exchanged := func(c *oauth.Client, ctx context.Context) error {
		_, err := c.ExchangeToken(ctx, oauth.ExchangeRequest{Credentials: wanted.Credentials, SubjectToken: key.NewSecret("subject"), SubjectTokenType: oauth.TypeAccessToken, RequestedTokenType: oauth.TypeAccessToken})
		return err
	}
	for name, c := range map[string]struct {
		bad, good func(*oauth.Client, context.Context) error
		path, of  string // the request that fails
		status    int
		body      string
	}{
		"500 for a user":                   {userInfo("canary-bad"), userInfo("good"), "/userinfo", "canary-bad", 500, `{"error":"server_error"}`},
		"504 for a token exchange":         {exchanged, accessToken("openid"), "/token", "token-exchange", 504, ""},
		"500 for scopes":                   {accessToken("canary-bad"), accessToken("openid"), "/token", "canary-bad", 500, `{"error":"server_error"}`},
		"credentials that cannot exchange": {exchanged, func(c *oauth.Client, ctx context.Context) error { _, err := c.AccessToken(ctx, wanted); return err }, "/token", "token-exchange", 400, `{"error":"invalid_client","error_description":"no active client not found"}`},
	} {
		for _, after := range []time.Duration{20 * time.Millisecond, 15 * time.Second, 20 * time.Second} {
			t.Run(fmt.Sprint(name, "/", after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					client, wire := wired(nil)
					wire.answers = handlers{c.path: func(r *http.Request) (*http.Response, error) {
						time.Sleep(10 * time.Millisecond)
						if strings.Contains(r.Header.Get("Authorization")+bodyOf(r), c.of) {
							return given(c.status, c.body), nil
						}
						return given(200, `{"sub":"1","access_token":"t","token_type":"Bearer","expires_in":3600}`), nil
					}}
					var group sync.WaitGroup
					group.Go(func() {
						if err := c.bad(client, t.Context()); err == nil {
							t.Error("the bad request succeeds")
						}
					})
					for range 3 {
						group.Go(func() {
							time.Sleep(after)
							if err := c.good(client, t.Context()); err != nil {
								t.Errorf("the good request: %v", err)
							}
						})
					}
					group.Wait()
				})
			})
		}
	}
}

// Without retries, one response of a gateway fails one request.
func TestOneGatewayResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, wire := wired(nil)
		client.MaxRetries = 0
		wire.answers = handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
			if wire.count("/userinfo") == 1 {
				return given(502, ""), nil
			}
			return given(200, `{"sub":"1"}`), nil
		}}
		failed := 0
		for n := range 100 {
			if _, err := client.UserInfo(t.Context(), key.NewSecret(fmt.Sprint("token", n))); err != nil {
				failed++
			}
			time.Sleep(10 * time.Millisecond)
		}
		if failed != 1 {
			t.Errorf("%d requests failed", failed)
		}
	})
}

// A shared rejection may repeat what the first request contained, which the other
// requests must not show.
func TestSharedRejectionShowsNoSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, wire := wired(handlers{"/introspect": func(*http.Request) (*http.Response, error) {
			return given(401, `{"error":"invalid_client","error_description":"no client for canary-first"}`), nil
		}})
		for _, token := range []string{"canary-first", "second"} {
			_, err := client.Introspect(t.Context(), wanted.Credentials, key.NewSecret(token))
			var failure *oauth.Error
			if !errors.As(err, &failure) || failure.Shared != (token == "second") {
				t.Fatal(err)
			}
			keeps(t, err.Error(), "canary")
		}
		if n := wire.count("/introspect"); n != 2 {
			t.Errorf("%d requests", n)
		}
	})
}

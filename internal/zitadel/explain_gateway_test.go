package zitadel_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestGatewayRejections checks that a rejection without an OAuth error, which a gateway might have
// sent, is attributed to neither the credentials nor the token.
func TestGatewayRejections(t *testing.T) {
	t.Parallel()
	requests := map[optest.Endpoint]func(*zitadel.Client) error{
		optest.Token: func(c *zitadel.Client) error {
			_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userKey()})
			return err
		},
		optest.Introspection: func(c *zitadel.Client) error {
			_, err := c.Introspect(t.Context(), apiKey(), key.NewSecret(world().Service.PAT))
			return err
		},
		optest.UserInfo: func(c *zitadel.Client) error {
			_, err := c.UserInfo(t.Context(), key.NewSecret(world().Service.PAT))
			return err
		},
	}
	for name, f := range map[string]optest.Fault{
		"401 text":         {Status: 401, Body: "Jwt is missing"},
		"401 HTML":         {Status: 401, Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}}},
		"401 empty":        {Status: 401},
		"401 gRPC":         {Status: 401, Body: `{"code":16,"message":"unauthenticated"}`},
		"401 message":      {Status: 401, Body: `{"message":"Unauthorized"}`},
		"401 empty object": {Status: 401, Body: `{}`},
		"403 message":      {Status: 403, Body: `{"message":"Forbidden"}`},
		"400 gRPC":         {Status: 400, Body: `{"code":3,"message":"invalid"}`},
		"500 gRPC":         {Status: 500, Body: `{"code":13,"message":"internal"}`},
		"500 empty object": {Status: 500, Body: `{}`},
		"500 problem": {
			Status: 500, Body: `{"title":"failed"}`, Header: http.Header{"Content-Type": {"application/problem+json"}},
		},
	} {
		for endpoint, send := range requests {
			if f.Status == 500 && endpoint == optest.UserInfo {
				continue // any 5xx response to a GET request counts as an outage
			}
			t.Run(fmt.Sprintf("%s, %s", name, endpoint), func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				failConfirmed(issuer, endpoint, f)
				e := asError(t, send(newClient(t, issuer.URL)))
				if e.Status != f.Status || e.Credentials || codes(e.Causes) != "other-server" {
					t.Errorf("got %+v, want status %d, the cause other-server, and Credentials unset", e, f.Status)
				}
			})
		}
	}
}

// TestGatewayOutages checks that any 5xx response without JSON is reported as an outage, and that
// the client does not repeat the request, as it would to confirm a rejection.
func TestGatewayOutages(t *testing.T) {
	t.Parallel()
	for _, status := range []int{501, 505, 520, 522, 529, 530, 599} {
		for endpoint, call := range calls {
			t.Run(fmt.Sprintf("%d, %s", status, endpoint), func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				issuer.Fail(endpoint, 1, optest.Fault{Status: status, Body: "<html>"})
				e := asError(t, call(t, newClient(t, issuer.URL)))
				if !e.Unavailable || e.Status != status || e.Attempts != 1 || e.Problem.Code != "server-unavailable" {
					t.Errorf("%+v", e)
				}
			})
		}
	}
}

package zitadel_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// rejections lists negative responses that differ in their status or OAuth error. ZITADEL can send
// any of them while its database is down.
var rejections = []*struct {
	status int
	body   string
}{
	{404, "unable to set instance"},
	{500, `{"error":"server_error"}`},
	{401, `{"error":"invalid_client"}`},
	{400, `{"error":"invalid_grant"}`},
	{400, `{"error":"unauthorized_client"}`},
	{200, `{"active":false}`},
}

// TestDifferentRejections checks that a rejection does not confirm a different one: the request is
// repeated until the server sends the same rejection again or accepts the request.
func TestDifferentRejections(t *testing.T) {
	t.Parallel()
	for _, first := range rejections {
		for _, second := range rejections {
			t.Run(fmt.Sprintf("%d%s, %d%s", first.status, first.body, second.status, second.body), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					client, server := newMemoryClient(nil)
					server.handlers = handlers{"/introspect": func(*http.Request) (*http.Response, error) {
						switch server.count("/introspect") {
						case 1:
							return jsonResponse(first.status, first.body), nil
						case 2:
							return jsonResponse(second.status, second.body), nil
						}
						return jsonResponse(200, `{"active":true,"sub":"1"}`), nil
					}}
					credentials := zitadel.Credentials{ClientID: "1", ClientSecret: key.NewSecret(canary)}
					got, err := client.Introspect(t.Context(), credentials, key.NewSecret("a"))
					requests, checks := server.count("/introspect"), server.count("/debug/ready")
					if first == second {
						isFinal := err != nil || !got.Active
						if !isFinal || requests != 2 || checks != 1 {
							t.Errorf("%d requests, %d readiness checks, error %v; want 2, 1 and the rejection",
								requests, checks, err)
						}
						return
					}
					if err != nil || !got.Active || requests != 3 || checks != 2 {
						t.Errorf("%d requests, %d readiness checks, error %v; want 3, 2 and an active token",
							requests, checks, err)
					}
				})
			})
		}
	}
}

// TestAlternatingRejections checks that the client gives up if the server keeps sending different
// TestAlternatingRejections checks that a server that never repeats a rejection counts as unavailable,
// and that it does not receive requests forever.
func TestAlternatingRejections(t *testing.T) {
	t.Parallel()
	for n, first := range rejections {
		second := rejections[(n+1)%len(rejections)]
		synctest.Test(t, func(t *testing.T) {
			client, server := newMemoryClient(nil)
			server.handlers = handlers{"/introspect": func(*http.Request) (*http.Response, error) {
				next := first
				if server.count("/introspect")%2 == 0 {
					next = second
				}
				return jsonResponse(next.status, next.body), nil
			}}
			credentials := zitadel.Credentials{ClientID: "1", ClientSecret: key.NewSecret(canary)}
			_, err := client.Introspect(t.Context(), credentials, key.NewSecret("a"))
			e := asError(t, err)
			if n := server.count("/introspect"); !e.Unavailable || e.Credentials || n > 10 {
				t.Errorf("%+v, %+v: %d requests, want at most 10; error %+v", *first, *second, n, e)
			}
		})
	}
}

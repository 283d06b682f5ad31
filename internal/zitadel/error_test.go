package zitadel_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  oauth.Error
		want string
	}{
		"before a request": {oauth.Error{Op: "get access token", Problem: "no credentials are given"}, "unable to get access token: no credentials are given"},
		"no answer": {
			oauth.Error{Op: "introspect token", Method: "POST", URL: "https://z.example/i", Problem: "the connection was refused"},
			"unable to introspect token: POST https://z.example/i: the connection was refused",
		},
		"refused": {
			oauth.Error{Op: "get access token", Method: "POST", URL: "https://z.example/t", Status: 400, Code: "invalid_grant", Description: "invalid assertion", RequestID: "7"},
			"unable to get access token: POST https://z.example/t: status 400 invalid_grant (invalid assertion), request ID 7",
		},
		"no code": {
			oauth.Error{Op: "get access token", Method: "POST", URL: "https://z.example/t", Status: 502, Problem: "not available"},
			"unable to get access token: POST https://z.example/t: status 502, not available",
		},
	}
	for name, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

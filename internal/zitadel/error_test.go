package zitadel_test

import (
	"errors"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	const url = "https://z.example/t"
	tests := map[string]struct {
		err  zitadel.Error
		want string
	}{
		"before a request": {
			zitadel.Error{Op: "get access token", Problem: fault.New("credentials-missing")},
			"unable to get access token: credentials-missing",
		},
		"no response": {
			zitadel.Error{
				Op: "introspect token", Method: "POST", URL: "https://z.example/i",
				Problem: fault.New("connection-refused", "target", "z.example:443"),
			},
			`unable to introspect token: POST https://z.example/i: connection-refused target="z.example:443"`,
		},
		"rejected": {
			zitadel.Error{
				Op: "get access token", Method: "POST", URL: url, Status: 400, Code: "invalid_grant",
				Description: "invalid assertion", RequestID: "7",
				Causes: []*fault.Fault{fault.New("account-inactive"), fault.New("clock-skew", "behind", true)},
			},
			"unable to get access token: POST https://z.example/t: 400 invalid_grant: account-inactive: " +
				"clock-skew behind=true",
		},
		"without a code": {
			zitadel.Error{
				Op: "get access token", Method: "POST", URL: url, Status: 502, Problem: fault.New("server-unavailable"),
			},
			"unable to get access token: POST https://z.example/t: 502: server-unavailable",
		},
	}
	for name, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// TestErrorUnwrap checks that errors.Is and fault.All find the problem and the causes of an error.
func TestErrorUnwrap(t *testing.T) {
	t.Parallel()
	problem, cause := fault.New("server-unavailable"), fault.New("clock-skew")
	err := &zitadel.Error{Problem: problem, Causes: []*fault.Fault{cause}}
	if !errors.Is(err, problem) || !errors.Is(err, cause) || codes(fault.All(err)) != "server-unavailable clock-skew" {
		t.Errorf("unexpected faults: %v", fault.All(err))
	}
	if faults := fault.All(&zitadel.Error{}); len(faults) != 0 {
		t.Errorf("an error without faults contains %v", faults)
	}
}

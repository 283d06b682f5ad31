package zitadel_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// TestRedirects checks that a redirect is reported and not followed, because following it would
// forward credentials.
func TestRedirects(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status   int
		location string // %s stands for the URL of the other server
		named    bool   // whether the error contains that URL
	}{
		"301":      {301, "%s/login?secret=" + canary, true},
		"302":      {302, "%s/" + canary, true},
		"303":      {303, "%s/#" + canary, true},
		"307":      {307, "%s/oauth/v2/token", true},
		"308":      {308, "%s", true},
		"relative": {302, "/login/" + canary, false},
		"garbage":  {302, "http://[" + canary, false},
		"password": {302, "http://" + canary + ":" + canary + "@z.example/", false},
	}
	for name, test := range tests {
		for endpoint, call := range calls {
			t.Run(name+" from "+string(endpoint), func(t *testing.T) {
				t.Parallel()
				issuer, other := start(t), start(t)
				location := strings.ReplaceAll(test.location, "%s", other.URL)
				issuer.Fail(endpoint, 5, optest.Fault{Status: test.status, Header: http.Header{"Location": {location}}})
				c := newClient(t, issuer.URL)
				c.MaxRetries = 3
				e := asError(t, call(t, c))
				if e.Status != test.status || e.Attempts != 1 || issuer.Requests(endpoint) != 1 {
					t.Errorf("%d requests, want 1: %+v", issuer.Requests(endpoint), e)
				}
				target := ""
				if test.named {
					target = other.URL
				}
				want := fmt.Sprintf("redirect target=%q", target)
				if name == "password" { // the origin of a target does not contain a user
					want = `redirect target="http://z.example"`
				}
				if e.Problem == nil || e.Problem.Error() != want {
					t.Errorf("got %v, want %s", e, want)
				}
				checkOmits(t, allText(e), canary, "/login")
				if got := other.Connections(); got != 0 {
					t.Errorf("%d connections to the target, want none", got)
				}
			})
		}
	}
}

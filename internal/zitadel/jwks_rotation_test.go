package zitadel_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestNewKeyIsFound checks that a newly published key is found, regardless of what the client has
// fetched before that.
func TestNewKeyIsFound(t *testing.T) {
	t.Parallel()
	// expect verifies a token whose header contains the given key ID, and checks that the only
	// failure has the given code.
	expect := func(t *testing.T, c *zitadel.Client, id, code string) {
		t.Helper()
		signature := strings.Repeat("\x00", 256)
		jwt := encoded(`{"alg":"RS256","kid":"`+id+`"}`) + "." + encoded("{}") + "." + encoded(signature)
		v, err := c.Verify(t.Context(), key.NewSecret(jwt), token.Policy{}, 0)
		if err != nil || len(v.Failures) != 1 || v.Failures[0].Code != code {
			t.Errorf("key %s: got %+v and error %v, want the failure %s", id, v, err, code)
		}
	}
	const old = `{"keys":[` + ellipticKey + `]}`
	for name, before := range map[string]func(*testing.T, *zitadel.Client, *string){
		"nothing": func(*testing.T, *zitadel.Client, *string) {},
		"a failed fetch": func(t *testing.T, c *zitadel.Client, set *string) {
			*set = ""
			if _, err := c.KeySet(t.Context()); err == nil {
				t.Error("the fetch succeeded, want an error")
			}
			time.Sleep(time.Minute)
			*set = old
			expect(t, c, "9", token.UnknownKey)
		},
		"an empty set": func(t *testing.T, c *zitadel.Client, set *string) {
			*set = `{"keys":[]}`
			expect(t, c, "9", token.UnknownKey)
			*set = old
			expect(t, c, "9", token.UnknownKey)
		},
		"an unknown key": func(t *testing.T, c *zitadel.Client, _ *string) {
			expect(t, c, "9", token.UnknownKey)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				set := old
				c, _ := newMemoryClient(handlers{"/keys": func(*http.Request) (*http.Response, error) {
					if set == "" {
						return jsonResponse(http.StatusServiceUnavailable, ""), nil
					}
					return jsonResponse(http.StatusOK, set), nil
				}})
				before(t, c, &set)
				time.Sleep(time.Minute)
				set = `{"keys":[` + ellipticKey + `,` + rsaKey(2048) + `]}`
				expect(t, c, "3", token.BadSignature) // the key was found, but did not sign the token
			})
		})
	}
}

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

// TestNewKeyIsFound checks that a key that the instance publishes later is found, whatever was
// fetched before.
func TestNewKeyIsFound(t *testing.T) {
	t.Parallel()
	// expect verifies a token whose header contains the key ID id. The result must contain exactly
	// one failure, with the given code.
	expect := func(t *testing.T, c *zitadel.Client, id, code string) {
		t.Helper()
		signature := strings.Repeat("\x00", 256)
		jwt := encoded(`{"alg":"RS256","kid":"`+id+`"}`) + "." + encoded("{}") + "." + encoded(signature)
		v, err := c.Verify(t.Context(), key.NewSecret(jwt), token.Policy{}, 0)
		if err != nil || len(v.Failures) != 1 || v.Failures[0].Code != code {
			t.Errorf("%+v, %v; want %s", v, err, code)
		}
	}
	const old = `{"keys":[` + ellipticKey + `]}`
	for name, before := range map[string]func(*testing.T, *zitadel.Client, *string){
		"nothing": func(*testing.T, *zitadel.Client, *string) {},
		"a failed fetch": func(t *testing.T, c *zitadel.Client, set *string) {
			*set = ""
			if _, err := c.KeySet(t.Context()); err == nil {
				t.Error("the fetch succeeded")
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
		"a key that does not exist": func(t *testing.T, c *zitadel.Client, _ *string) {
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
				expect(t, c, "3", token.BadSignature) // the key was found, but has not signed the token
			})
		})
	}
}

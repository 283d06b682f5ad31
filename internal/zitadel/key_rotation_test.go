package zitadel_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// A key that the instance publishes later is found, whatever was fetched before.
func TestNewKeyIsFound(t *testing.T) {
	t.Parallel()
	// expect verifies a token that a key with this ID may have signed.
	expect := func(t *testing.T, c *oauth.Client, id, code string) {
		t.Helper()
		encode := base64.RawURLEncoding.EncodeToString
		token := strings.Join([]string{encode([]byte(`{"alg":"RS256","kid":"` + id + `"}`)), encode([]byte(`{}`)), encode(make([]byte, 256))}, ".")
		v, err := c.Verify(t.Context(), key.NewSecret(token), oauth.Policy{}, 0)
		if err != nil || len(v.Failures) != 1 || v.Failures[0].Code != code {
			t.Errorf("%+v, %v; want %s", v, err, code)
		}
	}
	const old = `{"keys":[` + ellipticKey + `]}`
	for name, before := range map[string]func(*testing.T, *oauth.Client, *string){
		"nothing": func(*testing.T, *oauth.Client, *string) {},
		"a failed fetch": func(t *testing.T, c *oauth.Client, set *string) {
			*set = ""
			if _, err := c.KeySet(t.Context()); err == nil {
				t.Error("the fetch succeeds")
			}
			time.Sleep(time.Minute)
			*set = old
			expect(t, c, "9", oauth.FailureUnknownKey)
		},
		"an empty set": func(t *testing.T, c *oauth.Client, set *string) {
			*set = `{"keys":[]}`
			expect(t, c, "9", oauth.FailureUnknownKey)
			*set = old
			expect(t, c, "9", oauth.FailureUnknownKey)
		},
		"a key that does not exist": func(t *testing.T, c *oauth.Client, _ *string) { expect(t, c, "9", oauth.FailureUnknownKey) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				set := old
				c, _ := wired(handlers{"/keys": func(*http.Request) (*http.Response, error) {
					if set == "" {
						return given(http.StatusServiceUnavailable, ""), nil
					}
					return given(http.StatusOK, set), nil
				}})
				before(t, c, &set)
				time.Sleep(time.Minute)
				set = `{"keys":[` + ellipticKey + `,` + rsaKey(2048) + `]}`
				expect(t, c, "3", oauth.FailureBadSignature) // the key is found
			})
		})
	}
}

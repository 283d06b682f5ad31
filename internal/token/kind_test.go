package token_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// Of all tokens that were recorded with a real server, only the access tokens are
// recognized as access tokens.
func TestKindsOfRecordedTokens(t *testing.T) {
	counts := map[bool]int{}
	recordedTokensOf(t, func(isAccessToken bool, header, claims string) {
		counts[isAccessToken]++
		if !strings.Contains(header, `"typ":"JWT"`) {
			t.Errorf("header %s", header)
		}
		v, err := replying(t, "", reply{}).Verify(t.Context(), key.NewSecret(fuzzSigned(jose.EdDSA, []byte(claims))), oauth.Policy{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		isRefused := slices.ContainsFunc(v.Failures, func(f oauth.Failure) bool { return f.Code == oauth.FailureNotAccessToken })
		if isRefused == isAccessToken {
			t.Errorf("access token %t: %s: %v", isAccessToken, claims, v.Failures)
		}
	})
	if counts[true] < 5 || counts[false] < 5 {
		t.Errorf("only %d access tokens and %d others were recorded", counts[true], counts[false])
	}
}

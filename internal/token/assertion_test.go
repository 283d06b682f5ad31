package token_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TestUnsignedAssertion checks that CheckWhole and CheckAssertion distinguish truncated text from
// an assertion that has not been signed yet, and that the faults contain no part of the text.
func TestUnsignedAssertion(t *testing.T) {
	t.Parallel()
	const header, assertion = `{"alg":"RS256","kid":"1"}`, `{"iss":"` + canary + `","sub":"` + canary + `"}`
	text := func(claims string, parts int) string {
		jwt := acctest.UnsignedJWT(header, claims) + ".e30.e30"
		return strings.Join(strings.Split(jwt, ".")[:parts], ".")
	}
	const isToken, isUnsigned = "assertion-is-token", "assertion-without-signature"
	tests := map[string]struct{ text, whole, assertion string }{
		"header and claims":     {text(assertion, 2), "token-is-assertion", isUnsigned},
		"signed":                {text(assertion, 3), "", ""},
		"four parts":            {text(assertion, 4), "token-cut parts=4", "token-cut parts=4"},
		"two parts of text":     {canary + "." + canary, "token-cut parts=2", "token-cut parts=2"},
		"header only":           {text(assertion, 1) + ".", "token-cut parts=2", "token-cut parts=2"},
		"empty claims":          {text("{}", 2), "token-cut parts=2", "token-cut parts=2"},
		"claims are an array":   {text("[]", 2), "token-cut parts=2", "token-cut parts=2"},
		"empty iss and sub":     {text(`{"iss":"","sub":""}`, 2), "token-cut parts=2", "token-cut parts=2"},
		"truncated token":       {text(`{"iss":"https://z.example","sub":"1"}`, 2), "token-cut parts=2", "token-cut parts=2"},
		"access token":          {text(`{"iss":"https://z.example","sub":"1"}`, 3), "", isToken},
		"unsigned access token": {text(`{"iss":"https://z.example","sub":"1"}`, 2) + ".", "", isToken},
		"one part":              {canary, "", ""},
	}
	for name, test := range tests {
		for want, err := range map[string]error{
			"CheckWhole: " + test.whole:         token.CheckWhole(test.text),
			"CheckAssertion: " + test.assertion: token.CheckAssertion(test.text),
		} {
			_, want, _ = strings.Cut(want, ": ")
			if got := errorText(err); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
			checkShowable(t, errorText(err))
		}
	}
}

// errorText returns the text of err, or "" if err is nil.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

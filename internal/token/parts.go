package token

import (
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// countParts returns the number of dot-separated parts in text. A JWT has three parts, and a JWE has
// five.
func countParts(text string) int { return strings.Count(text, ".") + 1 }

// isOpaque reports whether text has the form of an opaque ZITADEL token. Up to v4.13, such a token
// has one part. In later versions, it is a JWE.
func isOpaque(text string) bool {
	count := countParts(text)
	return count == 1 || count == 5
}

// CheckWhole returns a fault for a truncated token. A JWT has three parts, an encrypted token has
// five, and any other ZITADEL token contains no dot. CheckWhole returns a different fault for an
// assertion that has not been signed yet.
func CheckWhole(text string) error {
	switch count := countParts(text); {
	case count == 3 || isOpaque(text):
		return nil
	case isUnsignedAssertion(text):
		return fault.New("token-is-assertion")
	default:
		return fault.New("token-cut", "parts", count)
	}
}

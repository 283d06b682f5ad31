package zitadel

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"
)

// tokenKey is a token's key in the cache.
type tokenKey struct {
	credentials [sha256.Size]byte
	scopes      string
}

// key returns the cache key of a request. Identical requests have the same key.
func (r TokenRequest) key() tokenKey {
	scopes := slices.Compact(slices.Sorted(slices.Values(r.Scopes)))
	return tokenKey{r.Credentials.Fingerprint(), strings.Join(scopes, " ")}
}

// isShareable reports whether the remaining lifetime of a token, on the server's clock, is at
// least validity or half of the token's lifetime, whichever is less. Without the second limit, a
// token with a short lifetime would never be shared.
func (c *Client) isShareable(t *Token, validity time.Duration) bool {
	return t.ExpiresAt.Sub(c.ServerTime()) >= min(validity, t.Lifetime()/2)
}

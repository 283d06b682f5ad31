package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// warnOfExpiry returns a warning if a key expires soon. It warns only once for each key.
func (s *session) warnOfExpiry(k *key.Key, at path.Path) diag.Diagnostics {
	if k == nil || k.ExpiresAt.IsZero() {
		return nil
	}
	left := k.ExpiresAt.Sub(s.now())
	limit := duration(s.configuration.KeyExpiryWarning, 14*24*time.Hour)
	if left <= 0 || left >= limit || !s.once(fmt.Sprintf("key %x", k.Fingerprint())) {
		return nil
	}
	return warn(at, fault.New("key-expires-soon",
		"key", k.ID, "holder", k.Type.Holder(), "subject", k.Subject(), "expires_at", k.ExpiresAt))
}

// warnOfLifetime returns a warning if the lifetime of a new token is shorter than
// minValidity. It warns only once for each set of credentials.
func (s *session) warnOfLifetime(
	t *zitadel.Token, credentials zitadel.Credentials, minValidity time.Duration,
) diag.Diagnostics {
	if t.Lifetime() >= minValidity || !s.once(fmt.Sprintf("lifetime %x", credentials.Fingerprint())) {
		return nil
	}
	return warn(path.Root("min_validity"), fault.New("token-lifetime-short",
		"lifetime", t.Lifetime(), "min_validity", minValidity))
}

// warnOfSkew returns a warning if the clocks differ by more than a minute. It warns only
// once.
func (s *session) warnOfSkew(client *zitadel.Client) diag.Diagnostics {
	skew := client.Skew()
	if skew.Abs() <= time.Minute || skew.Abs() > zitadel.MaxSkew || !s.once("skew") {
		return nil // a skew beyond MaxSkew causes an error instead
	}
	return warn(path.Empty(), fault.New("clocks-differ",
		"skew", skew.Abs(), "behind", skew < 0, "issuer", client.Issuer))
}

// once reports true the first time it is called with key.
func (s *session) once(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.warned[key] {
		return false
	}
	if s.warned == nil {
		s.warned = map[string]bool{}
	}
	s.warned[key] = true
	return true
}

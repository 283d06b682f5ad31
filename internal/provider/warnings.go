package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// warnOfExpiry warns, once for each key, that a key ends soon.
func (s *session) warnOfExpiry(k *key.Key, at path.Path) (diags diag.Diagnostics) {
	if k == nil || k.ExpiresAt.IsZero() {
		return diags
	}
	left := k.ExpiresAt.Sub(s.now())
	if left > 0 && left < duration(s.configuration.KeyExpiryWarning, 14*24*time.Hour) && s.once("key "+string(k.Type)+k.ID) {
		warn(&diags, at, "Key ends soon", fmt.Sprintf("Key %s of %s ends at %s. Create a new one in ZITADEL and pass that; key_expiry_warning says how early to warn.", k.ID, k.Subject(), k.ExpiresAt.Format(time.RFC3339)))
	}
	return diags
}

// warnOfLifetime warns, once per set of credentials, that new tokens are valid for
// less than minValidity.
func (s *session) warnOfLifetime(t *oauth.Token, given oauth.Credentials, minValidity time.Duration) (diags diag.Diagnostics) {
	if t.Lifetime() >= minValidity || !s.once(fmt.Sprintf("lifetime %x", given.Fingerprint())) {
		return diags
	}
	diags.AddAttributeWarning(path.Root("min_validity"), "Token lifetime is short", fmt.Sprintf(
		"The instance issues tokens that are valid for %s, which is less than min_validity (%s). Blocks share a token until half of its lifetime has passed. A run that takes longer may use an expired token. Raise the access token lifetime in ZITADEL, or set min_validity to the time that the run needs.",
		oauth.FormatDuration(t.Lifetime()), oauth.FormatDuration(minValidity)))
	return diags
}

// warnOfSkew warns, once, that the clocks differ by more than a minute.
func (s *session) warnOfSkew(client *oauth.Client) (diags diag.Diagnostics) {
	skew := client.Skew()
	if skew.Abs() <= time.Minute || skew.Abs() > oauth.MaxSkew || !s.once("skew") {
		return diags // what cannot be corrected is an error of its own
	}
	diags.AddWarning("Clocks differ", fmt.Sprintf("The clock of %s is %s this machine's clock. The provider corrects for it; other programs will not. Set the clock that is wrong.", client.Issuer, oauth.DescribeSkew(skew)))
	return diags
}

// once reports whether it is asked about what for the first time.
func (s *session) once(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.warned[what] {
		return false
	}
	if s.warned == nil {
		s.warned = map[string]bool{}
	}
	s.warned[what] = true
	return true
}

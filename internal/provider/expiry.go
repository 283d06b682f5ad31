package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// A token can expire while the run still uses it, and no CLI can replace a value that
// another provider has received. So the provider only reports that an ephemeral token
// has expired. Terraform discards the diagnostics of Renew; OpenTofu shows them, even
// after a failed run. Both show the diagnostics of Close, but neither calls Close
// after a failed run.

// expiryKey is the key of the expiry time in the private data of an ephemeral
// resource.
const expiryKey = "expires_at"

var _ ephemeral.EphemeralResourceWithRenew = &twinEphemeral[struct{}]{}

// watchExpiry requests that the CLI call Renew when the result expires. It does nothing
// for a result that does not expire.
func (e *twinEphemeral[M]) watchExpiry(ctx context.Context, model *M, resp *ephemeral.OpenResponse) {
	if e.ephemeral.expiresAt == nil {
		return
	}
	at, err := time.Parse(time.RFC3339, e.ephemeral.expiresAt(model).ValueString())
	if err != nil || !e.session.localTime(at).After(e.session.now()) {
		return // it does not expire, or has already expired
	}
	kept, err := json.Marshal(at)
	if err != nil {
		return // cannot happen, because the time was just parsed
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, expiryKey, kept)...)
	resp.RenewAt = e.session.localTime(at)
}

// Renew implements [ephemeral.EphemeralResourceWithRenew]. It cannot renew the
// result, and warns that it has expired.
func (e *twinEphemeral[M]) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	resp.Diagnostics.Append(notConfigured(e.session, "renew ephemeral resource")...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(e.warnOfExpiredToken(ctx, "renew", req.Private)...)
	}
}

// privateData is the private data of a request to an ephemeral resource.
type privateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// warnOfExpiredToken warns if the result has expired since it was opened, once for all
// blocks that share a token. It warns in both Renew and Close, because Terraform
// discards the diagnostics of Renew.
func (e *twinEphemeral[M]) warnOfExpiredToken(ctx context.Context, call string, private privateData) diag.Diagnostics {
	kept, diags := private.GetKey(ctx, expiryKey)
	var at time.Time
	if kept == nil || json.Unmarshal(kept, &at) != nil || e.session.now().Before(e.session.localTime(at)) {
		return diags
	}
	if !e.session.once(fmt.Sprint(call, " ", e.name, " ", at)) {
		return diags
	}
	expired := fault.New("token-expired-during-run", "block", "zitadel_"+e.name, "expires_at", at)
	return append(diags, warn("", path.Empty(), expired)...)
}

// localTime converts a time on the server's clock to this machine's clock.
func (s *session) localTime(at time.Time) time.Time {
	client, err := s.connect()
	if err != nil {
		return at
	}
	return at.Add(s.now().Sub(client.ServerTime()))
}

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

// A token can expire while the run still uses it, and neither Terraform nor OpenTofu can
// replace a value that another provider has already received. The provider therefore only
// reports that an ephemeral token has expired. Terraform discards the diagnostics of Renew;
// OpenTofu shows them, even after a failed run. Both show the diagnostics of Close, but
// neither calls Close after a failed run.

// expiryKey is the key under which an ephemeral resource stores the expiry time in its private data.
const expiryKey = "expires_at"

var _ ephemeral.EphemeralResourceWithRenew = &twinEphemeral[struct{}]{}

// watchExpiry requests that the CLI call Renew when the result expires. It does nothing if
// the result does not expire or has already expired.
func (e *twinEphemeral[M]) watchExpiry(ctx context.Context, model *M, resp *ephemeral.OpenResponse) {
	if e.ephemeral.expiresAt == nil {
		return
	}
	at, err := time.Parse(time.RFC3339, e.ephemeral.expiresAt(model).ValueString())
	if err != nil || !e.session.localTime(at).After(e.session.now()) {
		return // the result does not expire, or has already expired
	}
	kept, err := json.Marshal(at)
	if err != nil {
		return // cannot happen: a parsed time can be encoded
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, expiryKey, kept)...)
	resp.RenewAt = e.session.localTime(at)
}

// Renew implements [ephemeral.EphemeralResourceWithRenew]. It does not renew the result. It only
// warns that the result has expired.
func (e *twinEphemeral[M]) Renew(ctx context.Context, req ephemeral.RenewRequest, resp *ephemeral.RenewResponse) {
	resp.Diagnostics.Append(notConfigured(e.session, "renew ephemeral resource")...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(e.warnOfExpiredToken(ctx, "renew", req.Private)...)
	}
}

// privateData is the private data that the CLI returns to an ephemeral resource.
type privateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// warnOfExpiredToken returns a warning if the result has expired since the resource was opened.
// call is "renew" or "close". Blocks of the same type whose tokens expire at the same time, such
// as blocks that share a token, cause one warning from Renew and one from Close. Renew alone is not
// sufficient, because Terraform discards its diagnostics.
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
	return append(diags, warn(path.Empty(), expired)...)
}

// localTime converts a time on the server's clock to a time on this machine's clock. If no client
// has been created, it returns the time unchanged.
func (s *session) localTime(at time.Time) time.Time {
	client := s.connected.Load()
	if client == nil {
		return at
	}
	return at.Add(s.now().Sub(client.ServerTime()))
}

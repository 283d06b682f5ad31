package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// subsystem is the name of the log subsystem for requests.
const subsystem = "zitadel"

// logging returns a copy of ctx that has the log subsystem for requests.
func logging(ctx context.Context) context.Context {
	return tflog.NewSubsystem(ctx, subsystem, tflog.WithRootFields())
}

// logAttempt writes one log line about an attempt to send a request. Apart from the request ID,
// the line contains neither header values nor a body.
func logAttempt(ctx context.Context, a zitadel.Attempt) {
	fields := map[string]any{
		"method": a.Method, "url": a.URL, "attempt": a.Number, "duration_ms": a.Duration.Milliseconds(),
	}
	if a.Status != 0 {
		fields["status"] = a.Status
	}
	if a.RequestID != "" {
		fields["request_id"] = fault.Printable(a.RequestID, 100)
	}
	if a.Problem != nil {
		fields["problem"] = message.Text(a.Problem)
	}
	tflog.SubsystemDebug(ctx, subsystem, "Request to ZITADEL", fields)
}

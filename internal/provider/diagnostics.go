package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// diagnose returns the diagnostics for err, which may be nil, a fault, or an error from
// package zitadel. op completes "Unable to". The diagnostics refer to the argument at the
// given path, unless the path is empty or err is a [*zitadel.Error] that the credentials
// did not cause. settings are those of [message.Diagnostic].
func diagnose(op string, at path.Path, err error, settings ...any) (diags diag.Diagnostics) {
	if err == nil {
		return diags
	}
	if errors.Is(err, context.Canceled) {
		err = fault.New("interrupted")
	}
	var failure *zitadel.Error
	if errors.As(err, &failure) && !failure.Credentials {
		at = path.Empty()
	}
	summary, detail := message.Diagnostic(op, err, settings...)
	if at.Equal(path.Empty()) {
		diags.AddError(summary, detail)
	} else {
		diags.AddAttributeError(at, summary, detail)
	}
	return diags
}

// warn returns the diagnostics for err as warnings. settings are those of [message.Diagnostic].
func warn(op string, at path.Path, err error, settings ...any) (diags diag.Diagnostics) {
	for _, d := range diagnose(op, at, err, settings...) {
		if at.Equal(path.Empty()) {
			diags.AddWarning(d.Summary(), d.Detail())
		} else {
			diags.AddAttributeWarning(at, d.Summary(), d.Detail())
		}
	}
	return diags
}

// argumentFault returns the diagnostics for err, an error about the argument at the given
// path.
func argumentFault(at path.Path, err error) diag.Diagnostics {
	return diagnose("use "+argumentName(at), at, err)
}

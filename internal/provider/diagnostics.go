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

// diagnosticText returns the summary and the detail of a diagnostic about err, which may be a fault or an
// error from package zitadel. op completes "Unable to". settings are those of [message.Diagnostic].
func diagnosticText(op string, err error, settings ...any) (summary, detail string) {
	if errors.Is(err, context.Canceled) {
		err = fault.New("interrupted")
	}
	return message.Diagnostic(op, err, settings...)
}

// diagnose returns the diagnostics for err, which may be nil. op and settings are those of diagnosticText.
// The diagnostics refer to the argument at the given path, unless the path is empty or err is a
// [*zitadel.Error] that the credentials did not cause.
func diagnose(op string, at path.Path, err error, settings ...any) (diags diag.Diagnostics) {
	if err == nil {
		return nil
	}
	var failure *zitadel.Error
	if errors.As(err, &failure) && !failure.Credentials {
		at = path.Empty()
	}
	summary, detail := diagnosticText(op, err, settings...)
	if at.Equal(path.Empty()) {
		diags.AddError(summary, detail)
	} else {
		diags.AddAttributeError(at, summary, detail)
	}
	return diags
}

// warn returns a warning about err, which may be nil. op and settings are those of diagnosticText.
func warn(op string, at path.Path, err error, settings ...any) (diags diag.Diagnostics) {
	if err == nil {
		return nil
	}
	summary, detail := diagnosticText(op, err, settings...)
	if at.Equal(path.Empty()) {
		diags.AddWarning(summary, detail)
	} else {
		diags.AddAttributeWarning(at, summary, detail)
	}
	return diags
}

// argumentFault returns the diagnostics for err, an error about the argument at the given
// path.
func argumentFault(at path.Path, err error) diag.Diagnostics {
	return diagnose("use "+argumentName(at), at, err)
}

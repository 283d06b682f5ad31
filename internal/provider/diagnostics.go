package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// diagnosticText returns the summary and the detail of a diagnostic about err, a fault or an
// error from package zitadel. Unless err determines the summary, it is "Unable to" followed by op.
func diagnosticText(op string, err error, settings message.Settings) (summary, detail string) {
	if errors.Is(err, context.Canceled) {
		err = fault.New("interrupted")
	}
	return message.Diagnostic(op, err, settings)
}

// diagnose returns the diagnostics for err, which may be nil. See [diagnosticText] for op. The
// diagnostics refer to the argument at the given path, unless the path is empty or err is a
// [*zitadel.Error] that the credentials did not cause.
func diagnose(op string, at path.Path, err error) diag.Diagnostics {
	return diagnoseWith(message.Settings{}, op, at, err)
}

// diagnoseWith is like diagnose, but the messages depend on settings.
func diagnoseWith(settings message.Settings, op string, at path.Path, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	var failure *zitadel.Error
	if errors.As(err, &failure) && !failure.Credentials {
		at = path.Empty()
	}
	summary, detail := diagnosticText(op, err, settings)
	if at.Equal(path.Empty()) {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summary, detail)}
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, summary, detail)}
}

// warn returns a warning about the argument at the given path, which may be empty.
func warn(at path.Path, f *fault.Fault) diag.Diagnostics {
	summary, detail := diagnosticText("", f, message.Settings{})
	if at.Equal(path.Empty()) {
		return diag.Diagnostics{diag.NewWarningDiagnostic(summary, detail)}
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, summary, detail)}
}

// argumentFault returns the diagnostics for err, an error about the argument at the given
// path.
func argumentFault(at path.Path, err error) diag.Diagnostics {
	return diagnose("use "+argumentName(at), at, err)
}

// argumentName returns the name of the argument at a path, such as "credentials.key_file". The
// name omits set elements and map keys.
func argumentName(at path.Path) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(path.PathStepAttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

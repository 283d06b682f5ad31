package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// diagnose turns an error of internal/oauth into diagnostics, for all blocks.
// op is what was tried, own whether the block has credentials of its own.
func diagnose(op string, err error, own *credentials) (diags diag.Diagnostics) {
	var failure *oauth.Error
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		diags.AddError("Unable to "+op, "The run was interrupted before there was an answer.")
	case !errors.As(err, &failure):
		diags.AddError("Unable to "+op, sentence(err.Error()))
	case failure.Credentials && own != nil:
		diags.AddAttributeError(path.Root("credentials"), "Unable to "+failure.Op, detail(failure))
	default:
		diags.AddError("Unable to "+failure.Op, detail(failure))
	}
	return diags
}

// detail says what was asked, what came back, what is likely wrong and what to
// do next.
func detail(e *oauth.Error) string {
	var b strings.Builder
	if e.URL == "" {
		b.WriteString(sentence(e.Problem))
	} else {
		times := ""
		if e.Attempts > 1 {
			times = fmt.Sprintf(", %d times", e.Attempts)
		}
		if e.Shared {
			times += " (for another block moments ago; the provider shares the outcome for 5 s)"
		}
		fmt.Fprintf(&b, "Asked: %s %s%s\nAnswer: %s", e.Method, e.URL, times, e.Answer())
	}
	section := func(title string, lines []string) {
		if len(lines) > 0 {
			b.WriteString("\n\n" + title + "\n  - " + strings.Join(lines, "\n  - "))
		}
	}
	section("Likely causes:", e.Likely)
	section("What to do:", e.Next)
	return b.String()
}

// blamed tells of an argument of the credentials that cannot be used: with its
// path where they are the block's own, by name where they are the provider's.
func blamed(at path.Path, err error) (diags diag.Diagnostics) {
	var fault *oauth.ArgumentError
	switch {
	case !errors.As(err, &fault):
		diags.AddError("Unable to read credentials", sentence(err.Error()))
	case at.Equal(path.Empty()):
		names := append([]string{"argument " + fault.Argument}, credentialVariables(fault.Argument)...)
		diags.AddError("Unable to use "+fault.Argument, fmt.Sprintf("In the provider's credentials (%s):\n%s", strings.Join(names, ", "), sentence(fault.Problem)))
	default:
		diags.AddAttributeError(at.AtName(fault.Argument), "Unable to use "+fault.Argument, sentence(fault.Problem))
	}
	return diags
}

// warn adds a warning, with a path unless that is empty.
func warn(diags *diag.Diagnostics, at path.Path, summary, detail string) {
	if at.Equal(path.Empty()) {
		diags.AddWarning(summary, detail)
		return
	}
	diags.AddAttributeWarning(at, summary, detail)
}

// sentence gives the text of a Go error the capital and the full stop of a
// sentence; of joined errors it makes a list.
func sentence(text string) string {
	if lines := strings.Split(text, "\n"); len(lines) > 1 {
		for i, line := range lines {
			if i == 0 && strings.HasSuffix(line, ":") { // what the list is about
				lines[i] = strings.TrimSuffix(sentence(line), ".")
				continue
			}
			lines[i] = "  - " + sentence(line)
		}
		return strings.Join(lines, "\n")
	}
	// The name of an argument stays as it is written.
	if word, _, _ := strings.Cut(text, " "); !strings.Contains(word, "_") {
		first, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// enumeration returns names as they are listed in a sentence: "a", "a and b" or
// "a, b and c".
func enumeration(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// lastName is the name of the attribute that a path leads to.
func lastName(at path.Path) string {
	steps := at.Steps()
	for i := len(steps) - 1; i >= 0; i-- {
		if name, ok := steps[i].(path.PathStepAttributeName); ok {
			return string(name)
		}
	}
	return at.String()
}

// subsystem is the part of the log that tells of requests.
const subsystem = "oauth"

func logging(ctx context.Context) context.Context {
	return tflog.NewSubsystem(ctx, subsystem, tflog.WithRootFields())
}

// logAttempt writes one line for each request: no header value, no body.
func logAttempt(ctx context.Context, a oauth.Attempt) {
	fields := map[string]any{
		"method": a.Method, "url": a.URL, "attempt": a.Number, "duration_ms": a.Duration.Milliseconds(),
	}
	if a.Status != 0 {
		fields["status"] = a.Status
	}
	if a.RequestID != "" {
		fields["request_id"] = a.RequestID
	}
	if a.Problem != "" {
		fields["problem"] = a.Problem
	}
	tflog.SubsystemDebug(ctx, subsystem, "Request to ZITADEL", fields)
}

// duration reads an argument that its validator has accepted.
func duration(value types.String, byDefault time.Duration) time.Duration {
	if value.IsNull() {
		return byDefault
	}
	d, err := time.ParseDuration(value.ValueString())
	if err != nil {
		return byDefault
	}
	return d
}

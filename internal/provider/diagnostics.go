package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// guide is the page with a section for each code.
const guide = "https://github.com/zitadel-tokens/terraform-provider-zitadel/blob/main/docs/guides/troubleshooting.md"

// diagnose returns the diagnostics of err, which is nil, a fault, or an error of
// package zitadel. op completes "Unable to". The diagnostic is about the argument at
// the path, unless that is empty.
func diagnose(op string, at path.Path, err error) (diags diag.Diagnostics) {
	if err == nil {
		return diags
	}
	if errors.Is(err, context.Canceled) {
		err = fault.New("interrupted")
	}
	var failure *zitadel.Error
	if errors.As(err, &failure) {
		if op = failure.Op; !failure.Credentials {
			at = path.Empty()
		}
	}
	summary := "Unable to " + op
	if faults := fault.All(err); len(faults) > 0 {
		if own := message.Summary(faults[0]); own != "" {
			summary = own
		}
	}
	if at.Equal(path.Empty()) {
		diags.AddError(summary, detail(err))
	} else {
		diags.AddAttributeError(at, summary, detail(err))
	}
	return diags
}

// warn returns the diagnostics of err as warnings.
func warn(op string, at path.Path, err error) (diags diag.Diagnostics) {
	for _, d := range diagnose(op, at, err) {
		if at.Equal(path.Empty()) {
			diags.AddWarning(d.Summary(), d.Detail())
		} else {
			diags.AddAttributeWarning(at, d.Summary(), d.Detail())
		}
	}
	return diags
}

// useOf returns the operation of an argument that cannot be used.
func useOf(argument string) string { return "use " + argument }

// argumentFault returns the diagnostics of err, which is about the argument at the
// path.
func argumentFault(at path.Path, err error) diag.Diagnostics {
	return diagnose(useOf(lastName(at)), at, err)
}

// detail describes an error: the request and its response, what is wrong, what is
// likely wrong, what to do, and where to read more.
func detail(err error) string {
	var d description
	d.add(err)
	if len(d.codes) > 0 {
		fmt.Fprintf(&d.text, "\n\nSee %s#%s", guide, d.codes[0])
	}
	return d.text.String()
}

// description is the detail of a diagnostic in progress.
type description struct {
	text  strings.Builder
	codes []string
}

// add describes err: a failed request, or faults, of which the former may follow the
// latter.
func (d *description) add(err error) {
	var joined interface{ Unwrap() []error }
	var failure *zitadel.Error
	switch {
	case !errors.As(err, &failure):
		d.faults("", err)
	case errors.As(err, &joined) && joined != any(failure):
		for i, each := range joined.Unwrap() {
			if i > 0 {
				d.text.WriteString("\n\n")
			}
			d.add(each)
		}
	case failure.URL == "":
		d.faults("", failure.Problem)
	default:
		d.request(failure)
	}
}

// faults describes all faults in err with what to do, each in a line that begins with
// indent. Reasons are indented further.
func (d *description) faults(indent string, err error) {
	faults := fault.All(err)
	if len(faults) == 0 {
		d.text.WriteString(indent + message.Sentences(err))
		return
	}
	for i, f := range faults {
		if i > 0 {
			d.text.WriteString("\n")
		}
		reason, text := f.Unwrap(), message.Text(f)
		if reason == nil || !strings.HasSuffix(text, ":") {
			d.text.WriteString(indent + d.coded(f, message.Advice(f)))
			continue
		}
		d.text.WriteString(indent + text + "\n")
		d.faults("  "+cmp.Or(indent, "- "), reason)
		if next := message.Next(f); next != "" {
			d.text.WriteString("\n" + next)
		}
	}
}

// coded returns text with the code of f, after the code of the failure that it is the
// detail of, if it is one.
func (d *description) coded(f *fault.Fault, text string) string {
	d.codes = append(d.codes, f.Code)
	if code := message.Failure(f); code != "" {
		text = code + ": " + text
	}
	return text + " [" + f.Code + "]"
}

// request describes a request that failed.
func (d *description) request(e *zitadel.Error) {
	fmt.Fprintf(&d.text, "Request: %s %s", e.Method, e.URL)
	if e.Attempts > 1 {
		fmt.Fprintf(&d.text, " (%d attempts)", e.Attempts)
	}
	if e.Shared {
		d.text.WriteString(" (by another block moments ago; the provider shares the outcome for 5 s)")
	}
	d.text.WriteString("\nResponse: " + response(e))
	var next []string
	add := func(f *fault.Fault) {
		if text := message.Next(f); text != "" && !slices.Contains(next, text) {
			next = append(next, text)
		}
	}
	if e.Problem != nil {
		d.text.WriteString("\n\n" + d.coded(e.Problem, message.Text(e.Problem)))
	}
	var causes []string
	for _, cause := range e.Causes {
		causes = append(causes, d.coded(cause, message.Text(cause)))
		add(cause)
	}
	if e.Problem != nil {
		add(e.Problem)
	}
	d.list("Likely causes:", causes)
	d.list("What to do:", next)
}

// response describes the response to a failed request: status, OAuth error,
// description and request ID.
func response(e *zitadel.Error) string {
	if e.Status == 0 {
		return "none"
	}
	text := fmt.Sprint(e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.RequestID != "" {
		text += " (request ID " + e.RequestID + ")"
	}
	return text
}

func (d *description) list(title string, lines []string) {
	if len(lines) > 0 {
		d.text.WriteString("\n\n" + title + "\n  - " + strings.Join(lines, "\n  - "))
	}
}

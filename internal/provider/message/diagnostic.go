package message

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// guide is the URL of the troubleshooting guide, which has a section for each code.
const guide = "https://github.com/zitadel-tokens/terraform-provider-zitadel/blob/main/docs/guides/troubleshooting.md"

// Diagnostic returns the summary and the detail of a diagnostic about err. The first fault
// determines the summary if the fault's message has one, or if the fault made a request fail and
// an argument of the provider block caused it. Otherwise, the summary is "Unable to" followed by
// the operation of a [*zitadel.Error], or by op for any other error. The detail contains the
// request and its response, the problem, the likely causes, the next steps and a link.
func Diagnostic(op string, err error, settings Settings) (summary, detail string) {
	var failure *zitadel.Error
	if errors.As(err, &failure) {
		op = failure.Op
	}
	summary = "Unable to " + op
	if faults := fault.All(err); len(faults) > 0 {
		summary = cmp.Or(firstLine(settings.applyTo(faults[0]), failure != nil), summary)
	}
	d := description{settings: settings}
	d.add(err)
	if len(d.codes) > 0 {
		fmt.Fprintf(&d.text, "\n\nSee %s#%s", guide, d.codes[0])
	}
	return summary, d.text.String()
}

// description builds the detail of a diagnostic.
type description struct {
	text     strings.Builder
	codes    []string
	settings Settings
}

// add appends a description of err, which consists of faults, a failed request, or faults joined
// with a failed request.
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

// faults appends a line for each fault in err: a description of the fault and what to do,
// preceded by indent. If the description ends with a colon, the reasons follow on separate lines.
func (d *description) faults(indent string, err error) {
	faults := fault.All(err)
	if len(faults) == 0 {
		d.text.WriteString(indent + Sentences(err))
		return
	}
	for i, f := range faults {
		f = d.settings.applyTo(f)
		if i > 0 {
			d.text.WriteString("\n")
		}
		reason, text := f.Unwrap(), Text(f)
		if reason == nil || !strings.HasSuffix(text, ":") {
			d.text.WriteString(indent + d.coded(f, Advice(f)))
			continue
		}
		d.text.WriteString(indent + text + "\n")
		d.faults("  "+cmp.Or(indent, "- "), reason)
		if next := Next(f); next != "" {
			d.text.WriteString("\n" + next)
		}
	}
}

// coded returns text followed by the code of f, and adds the code to d.codes. If f is the detail
// of a failure, the failure's code precedes text.
func (d *description) coded(f *fault.Fault, text string) string {
	d.codes = append(d.codes, f.Code)
	if code := byCode()[f.Code].Failure; code != "" {
		text = code + ": " + text
	}
	return text + " [" + f.Code + "]"
}

// request appends a description of a failed request.
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
		if text := Next(d.settings.applyTo(f)); text != "" && !slices.Contains(next, text) {
			next = append(next, text)
		}
	}
	if e.Problem != nil {
		d.text.WriteString("\n\n" + d.coded(e.Problem, Text(d.settings.applyTo(e.Problem))))
	}
	var causes []string
	for _, cause := range e.Causes {
		causes = append(causes, d.coded(cause, Text(d.settings.applyTo(cause))))
		add(cause)
	}
	if e.Problem != nil {
		add(e.Problem)
	}
	d.list("Likely causes:", causes)
	d.list("What to do:", next)
}

// response describes the response to a failed request: status, OAuth error, description and
// request ID. It returns "none" if there was no response.
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

// list appends a title and a list of lines, or nothing if there are no lines.
func (d *description) list(title string, lines []string) {
	if len(lines) > 0 {
		d.text.WriteString("\n\n" + title + "\n  - " + strings.Join(lines, "\n  - "))
	}
}

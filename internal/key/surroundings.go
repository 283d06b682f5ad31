package key

import (
	"bytes"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// clean removes surrounding whitespace and a leading byte order mark, which Windows editors may add.
// It returns the rest, the whitespace that it removed, and whether it removed a mark.
func clean(data []byte) (rest []byte, space string, marked bool) {
	rest, marked = bytes.CutPrefix(bytes.TrimSpace(data), []byte(byteOrderMark))
	rest = bytes.TrimSpace(rest)
	if len(rest) < len(data) {
		start := bytes.Index(data, rest)
		space = strings.ReplaceAll(string(data[:start]), byteOrderMark, "") + string(data[start+len(rest):])
	}
	return rest, space, marked
}

// markSteps returns the steps that remove the byte order mark from data, or nil if marked is not set.
// If whitespace precedes the mark, the steps remove the whitespace first.
func markSteps(data []byte, marked bool) []string {
	switch {
	case !marked:
		return nil
	case bytes.HasPrefix(data, []byte(byteOrderMark)):
		return []string{pasted.StepNoMark}
	}
	return []string{pasted.StepTrimSpace, pasted.StepNoMark}
}

// needsTrim reports whether the whitespace around a text must be removed before step can be applied.
// space is that whitespace.
func needsTrim(step, space string) bool {
	switch step {
	case pasted.StepPart, pasted.StepCompact:
		return false
	case pasted.StepBase64, pasted.StepStandard:
		return strings.Trim(space, "\r\n") != ""
	}
	return space != ""
}

// byteOrderMark is the byte order mark in UTF-8.
const byteOrderMark = "\ufeff"

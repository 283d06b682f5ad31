package key

import (
	"bytes"
	"strings"
)

// clean returns data without surrounding whitespace and a byte order mark, which editors
// on Windows add, and the whitespace.
func clean(data []byte) (rest []byte, blanks string, marked bool) {
	rest, marked = bytes.CutPrefix(bytes.TrimSpace(data), []byte(byteOrderMark))
	rest = bytes.TrimSpace(rest)
	if len(rest) < len(data) {
		start := bytes.Index(data, rest)
		blanks = strings.ReplaceAll(string(data[:start]), byteOrderMark, "") + string(data[start+len(rest):])
	}
	return rest, blanks, marked
}

// markSteps returns the steps that remove the byte order mark of data.
func markSteps(data []byte, marked bool) []string {
	switch {
	case !marked:
		return nil
	case bytes.HasPrefix(data, []byte(byteOrderMark)):
		return []string{stepNoMark}
	}
	return []string{stepTrimSpace, stepNoMark}
}

// needsTrim reports whether whitespace around a text must be removed before the step.
func needsTrim(step, blanks string) bool {
	switch step {
	case stepPart, stepCompact:
		return false
	case stepBase64, stepStandard:
		return strings.Trim(blanks, "\r\n") != ""
	}
	return blanks != ""
}

// byteOrderMark is the byte order mark in UTF-8.
const byteOrderMark = "\ufeff"

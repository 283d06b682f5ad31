package fault

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable escapes the nonprintable characters of text, so that untrusted text cannot inject colors
// or lines into a message. If the result is longer than limit characters, Printable truncates it to
// at most limit characters, including a final "...". The limit must be at least 3.
func Printable(text string, limit int) string {
	const ellipsis = "..."
	var b strings.Builder
	count, cut := 0, 0 // characters so far; bytes of the prefix that leaves room for the ellipsis
	for _, r := range text {
		shown := string(r)
		if !unicode.IsPrint(r) {
			shown = fmt.Sprintf(`\u%04x`, r)
		}
		count += utf8.RuneCountInString(shown)
		if count > limit {
			return b.String()[:cut] + ellipsis
		}
		b.WriteString(shown)
		if count <= limit-len(ellipsis) {
			cut = b.Len()
		}
	}
	return b.String()
}

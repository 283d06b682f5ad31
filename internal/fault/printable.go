package fault

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns text of unknown origin with at most limit characters. It escapes
// characters that a terminal would not show literally, so that a response can neither
// color nor forge a message.
func Printable(text string, limit int) string {
	const ellipsis = "..."
	var b strings.Builder
	count, cut := 0, 0 // characters so far; bytes that leave room for the ellipsis
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

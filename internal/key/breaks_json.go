package key

import (
	"bytes"
	"strings"
)

// escapeBreaks replaces the line breaks and tabs in the strings of a JSON document with
// escape sequences, because JSON does not allow unescaped line breaks and tabs in strings.
func escapeBreaks(data []byte) []byte {
	return replaceBreaks(data, func(c byte) string {
		return `\u00` + string("01"[c>>4]) + string("0123456789abcdef"[c&15])
	}, "")
}

// blankBreaks is like [escapeBreaks], but it inserts spaces, so that all positions remain
// the same.
func blankBreaks(data []byte) []byte {
	return replaceBreaks(data, func(byte) string { return " " }, " ")
}

// replaceBreaks replaces each line break and tab in the strings of a JSON document with the
// result of replacement. It replaces a backslash that precedes such a character with the
// argument backslash.
func replaceBreaks(data []byte, replacement func(byte) string, backslash string) []byte {
	var b bytes.Buffer
	inString, escaped := false, false
	for _, c := range data {
		switch {
		case inString && strings.IndexByte("\n\r\t\v\f", c) >= 0:
			if escaped {
				b.Truncate(b.Len() - 1)
				b.WriteString(backslash)
			}
			b.WriteString(replacement(c))
			escaped = false
			continue
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		}
		b.WriteByte(c)
	}
	return b.Bytes()
}

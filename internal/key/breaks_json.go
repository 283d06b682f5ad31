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

// blankBreaks is like [escapeBreaks], but it replaces the characters with spaces, so that the
// positions of all other characters remain the same.
func blankBreaks(data []byte) []byte {
	return replaceBreaks(data, func(byte) string { return " " }, " ")
}

// replaceBreaks replaces each line break and tab in the strings of a JSON document with the result of
// forBreak, and a backslash directly before that character with forBackslash.
func replaceBreaks(data []byte, forBreak func(byte) string, forBackslash string) []byte {
	var b bytes.Buffer
	inString, escaped := false, false
	for _, c := range data {
		switch {
		case inString && strings.IndexByte("\n\r\t\v\f", c) >= 0:
			if escaped {
				b.Truncate(b.Len() - 1)
				b.WriteString(forBackslash)
			}
			b.WriteString(forBreak(c))
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

// Package pasted detects characters that were copied along with a value: whitespace, quotes and
// invisible characters. It also detects placeholders that were not replaced, and defines the steps
// that extract a value from other text.
package pasted

import (
	"fmt"
	"strings"
	"unicode"
)

// Kind is the kind of a character that was copied along with a value.
type Kind int

// The kinds of characters. A character of the kind None can be part of a value.
const (
	None Kind = iota
	Whitespace
	Quote
	Invisible
)

// Surplus describes the characters that were copied along with a value.
type Surplus struct {
	Kind Kind
	// Character describes the first such character, for example "no-break space (U+00A0)".
	Character string
}

// quotes contains the characters of the kind [Quote].
const quotes = "\"'`" + "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a"

// kindOf returns the kind of a character.
func kindOf(r rune) Kind {
	switch {
	case unicode.IsSpace(r):
		return Whitespace
	case strings.ContainsRune(quotes, r):
		return Quote
	case unicode.Is(unicode.Cf, r): // zero-width characters, byte order mark, direction marks
		return Invisible
	}
	return None
}

// Around returns the surplus at the beginning and the end of a value, and the value without it. The
// kind is [None] if there is no surplus.
func Around(value string) (Surplus, string) {
	trim := func(text string) string {
		return strings.TrimFunc(text, func(r rune) bool { return kindOf(r) != None })
	}
	clean := trim(value)
	if url, isURL := strings.CutPrefix(clean, "<"); isURL && strings.HasSuffix(url, ">") &&
		strings.Contains(url, "://") {
		return Surplus{Quote, Describe('<')}, strings.TrimSuffix(url, ">") // RFC 3986 appendix C
	}
	if clean == value && !strings.HasPrefix(value, `\"`) {
		return Surplus{}, value
	}
	clean = trim(strings.Trim(clean, `\`)) // remove the backslashes of \"
	runes := []rune(strings.TrimPrefix(value, `\`))
	for _, r := range []rune{runes[0], runes[len(runes)-1]} {
		if kind := kindOf(r); kind != None {
			return Surplus{kind, Describe(r)}, clean
		}
	}
	return Surplus{}, value
}

// Inside returns the first whitespace or invisible character in value, and the value without its
// invisible characters and line breaks. The returned value is "" if the value contains other
// whitespace, or characters that change the direction of text, because the correct value is then
// unknown.
func Inside(value string) (Surplus, string) {
	at := strings.IndexFunc(value, func(r rune) bool { k := kindOf(r); return k == Whitespace || k == Invisible })
	if at < 0 {
		return Surplus{}, value
	}
	first := []rune(value[at:])[0]
	clean := strings.Map(func(r rune) rune {
		if kindOf(r) == Invisible || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, value)
	if strings.ContainsFunc(clean, unicode.IsSpace) || strings.ContainsFunc(value, isDirection) {
		clean = ""
	}
	return Surplus{kindOf(first), Describe(first)}, clean
}

// Compact returns value without its whitespace and invisible characters. The steps are [StepCompact],
// or nil if that step does not have the same result, because it removes only ASCII whitespace.
func Compact(value string) (clean string, steps []string) {
	clean = strings.Map(func(r rune) rune {
		if kind := kindOf(r); kind == Whitespace || kind == Invisible {
			return -1
		}
		return r
	}, value)
	if strings.Join(strings.FieldsFunc(value, isASCIISpace), "") == clean {
		steps = []string{StepCompact}
	}
	return clean, steps
}

// isASCIISpace reports whether \s in a regular expression matches a character.
func isASCIISpace(r rune) bool { return strings.ContainsRune("\t\n\f\r ", r) }

// isDirection reports whether a character changes the direction of text. Such a character can
// disguise a value, and is unlikely to be copied by accident.
func isDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// Describe returns the name and the code point of a character, for example "comma (U+002C)".
func Describe(r rune) string {
	name := ""
	switch {
	case r == ' ':
		name = "space"
	case r == '\t':
		name = "tab"
	case r == '\r' || r == '\n':
		name = "line break"
	case r == '\u00a0':
		name = "no-break space"
	case r == '\u200b':
		name = "zero-width space"
	case r == '\ufeff':
		name = "byte order mark"
	case kindOf(r) == Quote:
		name = "quotation mark"
	case r == '<':
		name = "angle bracket"
	case r == ',':
		name = "comma"
	case r == ';':
		name = "semicolon"
	case r == '\\':
		name = "backslash"
	case r == '=':
		name = "equals sign"
	case unicode.IsPrint(r):
		name = string(r)
	default:
		name = "invisible character"
	}
	return fmt.Sprintf("%s (U+%04X)", name, r)
}

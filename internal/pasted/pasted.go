// Package pasted finds what was copied along with a value: whitespace, quotation marks,
// invisible characters, and placeholders that nothing has replaced.
package pasted

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// Kind is the kind of a character that does not belong to a value.
type Kind int

// The kinds of characters.
const (
	None Kind = iota
	Whitespace
	Quote
	Invisible
)

// Surplus is what was copied along with a value.
type Surplus struct {
	Kind Kind
	// Character is the first such character: "no-break space (U+00A0)".
	Character string
}

// quotes are quotation marks.
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

// Around returns the surplus at the beginning or the end of a value, and the value
// without it. The kind is [None] if there is none.
func Around(value string) (Surplus, string) {
	trim := func(text string) string {
		return strings.TrimFunc(text, func(r rune) bool { return kindOf(r) != None })
	}
	clean := trim(value)
	if url, isURL := strings.CutPrefix(clean, "<"); isURL && strings.HasSuffix(url, ">") &&
		strings.Contains(url, "://") {
		return Surplus{Quote, describe('<')}, strings.TrimSuffix(url, ">") // RFC 3986 appendix C
	}
	if clean == value && !strings.HasPrefix(value, `\"`) {
		return Surplus{}, value
	}
	clean = trim(strings.Trim(clean, `\`)) // of \"
	runes := []rune(strings.TrimPrefix(value, `\`))
	for _, r := range []rune{runes[0], runes[len(runes)-1]} {
		if kind := kindOf(r); kind != None {
			return Surplus{kind, describe(r)}, clean
		}
	}
	return Surplus{}, value
}

// Steps returns how to get the clean value from a value, in the form of package key: "bom"
// removes a byte order mark, and "trim-space" removes whitespace from both ends. It returns
// nil if there is nothing to do, or if these steps do not result in the clean value.
func Steps(value, clean string) (steps []string) {
	if text, isMarked := strings.CutPrefix(value, "\ufeff"); isMarked {
		steps, value = append(steps, "bom"), text
	}
	if text := strings.TrimSpace(value); text != value {
		steps, value = append(steps, "trim-space"), text
	}
	if value != clean {
		return nil
	}
	return steps
}

// Inside returns the first character in a value that is whitespace or invisible, and
// the value without its invisible characters and line breaks. It returns "" if the
// value contains other whitespace, or characters that override the direction of text:
// what should be in their place is not known.
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
	return Surplus{kindOf(first), describe(first)}, clean
}

// isDirection reports whether a character overrides the direction of text, which
// disguises a value and is not there by accident.
func isDirection(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// describe returns the name and the code point of a character.
func describe(r rune) string {
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
	default:
		name = "invisible character"
	}
	return fmt.Sprintf("%s (U+%04X)", name, r)
}

// placeholder matches a variable of a shell, of a template or of a manual.
var placeholder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{|\$[A-Z_]|\$\(|\{\{|\{[A-Za-z_-]+\}|<[A-Za-z][A-Za-z0-9_ .-]*>|%[A-Z_]{2,}%`)
})

// HasPlaceholder reports whether a value contains a placeholder.
func HasPlaceholder(value string) bool { return placeholder().MatchString(value) }

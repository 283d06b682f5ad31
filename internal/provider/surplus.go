package provider

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// unpadded returns a fault for a value that begins or ends with whitespace, quotes or invisible
// characters. The fault contains no other part of the value, which might be a secret that was
// passed to the wrong argument.
func unpadded(text string) error {
	found, clean := pasted.Around(text)
	return surplus(found, "", pasted.Steps(text, clean))
}

// unpaddedValue is like unpadded, but suggests the value without the surrounding characters if
// convert accepts it. convert must reject anything that could be a secret.
func unpaddedValue[T any](text string, convert func(string) (T, error)) error {
	found, clean := pasted.Around(text)
	suggestion := clean
	if _, err := convert(clean); err != nil {
		suggestion = ""
	}
	return surplus(found, suggestion, pasted.Steps(text, clean))
}

// parse returns the result of convert. If convert fails, parse returns the fault from [unpaddedValue]
// or, if there is none, a fault with the given code. convert must reject anything that could be a
// secret.
func parse[T any](text string, convert func(string) (T, error), code string) (T, error) {
	value, err := convert(text)
	if err != nil {
		err = cmp.Or(unpaddedValue(text, convert), error(fault.New(code)))
	}
	return value, err
}

// printableEnds is like unpadded, but accepts any printable character at either end, such as a
// space or a quote, because a role key can begin or end with one.
func printableEnds(text string) error {
	if strings.TrimFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) == text {
		return nil
	}
	return unpadded(text)
}

// unpaddedLine is like unpadded, but returns a different fault for a value that contains a line
// break. It is for values such as client secrets, which contain no line breaks.
func unpaddedLine(text string) error {
	if !strings.ContainsAny(text, "\r\n") {
		return unpadded(text)
	}
	_, clean := pasted.Around(text)
	if strings.ContainsAny(clean, "\r\n") {
		return fault.New("credential-line-break")
	}
	return fault.New("credential-line-break", "steps", pasted.Steps(text, clean))
}

// unquoted returns a fault for PEM data in quotes. It accepts whitespace around the data, which
// the format allows.
func unquoted(text string) error {
	found, _ := pasted.Around(strings.TrimSpace(text))
	if found.Kind != pasted.Quote {
		return nil
	}
	return surplus(found, "", nil)
}

// surplus returns the fault for unexpected characters around a value, or nil if there are none.
// suggestion is the value to suggest, and steps (see package pasted) produce the correct value from
// the given one. Both can be empty.
func surplus(found pasted.Surplus, suggestion string, steps []string) error {
	switch found.Kind {
	case pasted.Quote:
		return fault.New("value-quoted", "suggestion", suggestion)
	case pasted.Whitespace, pasted.Invisible:
		return fault.New("value-whitespace", "character", found.Character, "suggestion", suggestion, "steps", steps)
	case pasted.None:
	}
	return nil
}

package key

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"sync"
)

// opensslPrefix matches the text that "openssl dgst" prints before the hexadecimal digits,
// for example "RSA-SHA2-256(file)= ".
var opensslPrefix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9-]+\([^)]*\)= `) })

// hexDigits returns the digits of text if text consists of one or more hexadecimal digits and
// separators, after an optional prefix from "openssl dgst". Separators are whitespace, colons,
// commas, and the prefixes "0x" and "\x". The number of digits can be odd.
func hexDigits(text string) (digits string, ok bool) {
	text = text[len(opensslPrefix().FindString(text)):]
	digits = strings.NewReplacer("0x", "", "0X", "", `\x`, "", ":", "", ",", "").Replace(withoutSpace(text))
	isOther := func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) }
	return digits, digits != "" && !strings.ContainsFunc(digits, isOther)
}

// isHash reports whether text is a SHA-256 hash in hexadecimal.
func isHash(text string) bool {
	digits, ok := hexDigits(text)
	return ok && len(digits) == 2*sha256.Size
}

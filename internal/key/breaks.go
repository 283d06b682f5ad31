package key

import (
	"encoding/base64"
	"encoding/pem"
	"strconv"
	"strings"
	"unicode"
)

// looseBlock decodes the first PEM block in text regardless of its line breaks. The result is
// unambiguous, because whitespace has no meaning in the base64 between the BEGIN and END lines. The
// block is nil unless text contains both lines with the same known type. If the base64 is invalid,
// the block has no Bytes. trailing is the text after the block, without whitespace.
func looseBlock(text string) (block *pem.Block, trailing string) {
	_, text, hasBegin := strings.Cut(withoutSpace(unescapeBreaks(text)), pemBegin)
	begin, text, hasDash := strings.Cut(text, pemDash)
	body, text, hasEnd := strings.Cut(text, pemEnd)
	end, trailing, hasLastDash := strings.Cut(text, pemDash)
	block = &pem.Block{Type: pemType(begin)}
	if !hasBegin || !hasDash || !hasEnd || !hasLastDash || begin != end || block.Type == "" {
		return nil, ""
	}
	if strings.Contains(body, "DEK-Info:") {
		block.Headers = map[string]string{"DEK-Info": ""}
	}
	if der, err := base64.StdEncoding.DecodeString(body); err == nil {
		block.Bytes = der
	}
	return block, trailing
}

// pemType returns the known PEM type that is the same as name once its spaces are removed, such as
// "RSA PRIVATE KEY" for "RSAPRIVATEKEY". It returns "" if there is none.
func pemType(name string) string {
	for _, known := range []string{
		"RSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY",
		"OPENSSH PRIVATE KEY", "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "TRUSTED CERTIFICATE",
		"X509 CERTIFICATE", "CERTIFICATE REQUEST",
	} {
		if name == withoutSpace(known) {
			return known
		}
	}
	return ""
}

// unescapeBreaks replaces the escape sequences for line breaks and other whitespace, such as \n, \\n,
// \u000a, %0A and &#10;, in a PEM that was encoded more often than it was decoded. It also replaces
// the escape sequences that some encoders write for the base64 characters +, / and =. A valid PEM
// contains none of these sequences, because it contains none of the characters \ % & < and `.
func unescapeBreaks(text string) string {
	if !strings.ContainsAny(text, "\\%&`<") {
		return text
	}
	var b strings.Builder
	for text != "" {
		start := strings.IndexAny(text, "\\%&`<")
		if start < 0 {
			break
		}
		b.WriteString(text[:start])
		text = text[start:]
		plain, length := unescapeOne(text)
		b.WriteString(plain)
		text = text[length:]
	}
	return b.String() + text
}

// unescapeOne returns the replacement for the escape sequence at the beginning of text, and the
// length of the sequence. If text does not begin with an escape sequence, it returns the leading
// characters that must remain unchanged, and their length. The text must not be empty.
func unescapeOne(text string) (string, int) {
	if text[0] == '\\' {
		return unescapeBackslash(text)
	}
	if text[0] == '%' {
		return unescapePercent(text)
	}
	for sequence, plain := range map[string]string{
		"&#10;": "\n", "&#13;": "\r", "&#9;": "\t", "&#32;": " ", "&#xa;": "\n", "&#xd;": "\r", "&#x9;": "\t",
		"&#x20;": " ", "&nbsp;": " ", "<br>": "\n", "<br/>": "\n", "<br />": "\n", "`n": "\n", "`r": "\r", "`t": "\t",
	} {
		if len(text) >= len(sequence) && strings.EqualFold(text[:len(sequence)], sequence) {
			return plain, len(sequence)
		}
	}
	return text[:1], 1
}

// unescapeBackslash implements [unescapeOne] for text that begins with one or more
// backslashes.
func unescapeBackslash(text string) (string, int) {
	rest := strings.TrimLeft(text, `\`)
	slashes := len(text) - len(rest)
	if rest == "" { // the line break after the backslashes was trimmed
		return "", len(text)
	}
	switch rest[0] {
	case 'n', 'r', 't', 'v', 'f':
		return "\n", slashes + 1
	case '\n', '\r', '/':
		return rest[:1], slashes + 1
	}
	if strings.IndexByte("%&<`", rest[0]) >= 0 {
		if plain, length := unescapeOne(rest); length > 1 {
			return plain, slashes + length
		}
	}
	for _, digits := range []struct {
		prefix       string
		length, base int
	}{{"u", 4, 16}, {"x", 2, 16}, {"", 3, 8}} {
		end := len(digits.prefix) + digits.length
		if !strings.HasPrefix(rest, digits.prefix) || len(rest) < end {
			continue
		}
		code, err := strconv.ParseUint(rest[len(digits.prefix):end], digits.base, 16)
		if r := rune(code); err == nil && (unicode.IsSpace(r) || strings.ContainsRune("+/=", r)) {
			return string(r), slashes + end
		}
	}
	return text[:slashes], slashes
}

// unescapePercent implements [unescapeOne] for text that begins with a percent sign. The percent sign
// may itself be encoded, any number of times: %0A, %250A, %25250A.
func unescapePercent(text string) (string, int) {
	rest := text[1:]
	for strings.HasPrefix(rest, "25") {
		rest = rest[2:]
	}
	if len(rest) < 2 {
		return text[:1], 1
	}
	code, err := strconv.ParseUint(rest[:2], 16, 8)
	if r := rune(code); err == nil && (unicode.IsSpace(r) && r < 0x80 || strings.ContainsRune("+/=", r)) {
		return string(r), len(text) - len(rest) + 2
	}
	return text[:1], 1
}

// withoutSpace returns text without whitespace.
func withoutSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

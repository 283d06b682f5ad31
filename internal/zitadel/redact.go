package zitadel

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// minSecret is the minimum length, in bytes, of a secret or a prefix of a secret that is redacted.
// Shorter text also occurs within other words, where redacting it would reveal it.
const minSecret = 8

// redact replaces the request's secrets in text. It recognizes a secret unchanged, in the form in
// which it was sent, in the encodings that programs use in logs, and truncated.
func (req *request) redact(text string) string {
	var forms []string
	basic := strings.TrimPrefix(req.authorization, "Basic ")
	for _, secret := range append(slices.Clone(req.secrets), req.authorization, basic) {
		parts := []string{secret}
		if !strings.Contains(secret, "://") { // the domain in a proxy's URL is not secret
			// Each part of a token is redacted on its own, except for the header, which is not secret.
			parts = append(parts, strings.Split(secret, ".")[1:]...)
		}
		for _, part := range parts {
			// No encoding is shorter than the secret itself, so a shorter text cannot contain one.
			if len(part) >= minSecret && prefixLength(part) <= len(text) {
				forms = append(forms, encodings(part)...)
			}
		}
	}
	// Replace the longest form first, because one form can be part of another.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, form := range slices.Compact(forms) {
		text = replaceSecret(text, form)
	}
	return text
}

// encodings returns a secret unchanged and in the encodings that programs use in logs.
func encodings(secret string) []string {
	raw := []byte(secret)
	quoted, err := json.Marshal(secret)
	if err != nil {
		quoted = nil
	}
	query, path := url.QueryEscape(secret), url.PathEscape(secret)
	return []string{
		secret, query, path, html.EscapeString(secret),
		strings.Trim(string(quoted), `"`), strings.Trim(strconv.Quote(secret), `"`),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		hex.EncodeToString(raw),
	}
}

// replaceSecret replaces all occurrences of a secret in text, ignoring case, because some text is
// converted to lower case, for example media types and URL schemes. It also replaces a truncated
// secret if at least prefixLength bytes of the secret remain.
func replaceSecret(text, secret string) string {
	if len(secret) < minSecret {
		return text
	}
	folded, secret := lower(text), lower(secret)
	prefix := secret[:prefixLength(secret)]
	var b strings.Builder
	for {
		start := strings.Index(folded, prefix)
		if start < 0 {
			return b.String() + text
		}
		end := start + len(prefix)
		for n := len(prefix); n < len(secret) && end < len(text) && folded[end] == secret[n]; n++ {
			end++
		}
		b.WriteString(text[:start] + "[redacted]")
		text, folded = text[end:], folded[end:]
	}
}

// lower converts the ASCII letters in text to lower case. Unlike strings.ToLower, it does not
// change the length of text.
func lower(text string) string {
	folded := []byte(text)
	for i, c := range folded {
		if 'A' <= c && c <= 'Z' {
			folded[i] = c + ('a' - 'A')
		}
	}
	return string(folded)
}

// prefixLength returns the length of the prefix of a secret that is redacted even if the rest is
// missing: three quarters of the secret, but at least 8 and at most 24 bytes. A shorter prefix
// could also match other text, such as the first bytes of every JWT. A longer one would leave more
// of a truncated secret in the text.
func prefixLength(secret string) int {
	return min(len(secret), max(minSecret, min(len(secret)*3/4, 24)))
}

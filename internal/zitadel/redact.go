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

// minSecret is the minimum length of a secret, and of the beginning of one, that is
// redacted. Shorter text also occurs in other words, so redacting it would disclose it.
const minSecret = 8

// redact replaces the secrets of the request in text: unchanged, as they were sent, in the
// encodings that programs use for logs, and truncated.
func (req *request) redact(text string) string {
	var forms []string
	basic := strings.TrimPrefix(req.authorization, "Basic ")
	for _, secret := range append(slices.Clone(req.secrets), req.authorization, basic) {
		// Each part of a token discloses it, except for the header.
		parts := append([]string{secret}, strings.Split(secret, ".")[1:]...)
		for _, part := range parts {
			// No encoding is shorter than the secret itself, so a short text contains none.
			if len(part) >= minSecret && prefixLength(part) <= len(text) {
				forms = append(forms, encodings(part)...)
			}
		}
	}
	// The longest comes first, because one may be a part of another.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, form := range slices.Compact(forms) {
		text = replaceSecret(text, form)
	}
	return text
}

// encodings returns a secret unchanged and in the encodings that programs use.
func encodings(secret string) []string {
	raw := []byte(secret)
	quoted, err := json.Marshal(secret)
	if err != nil {
		quoted = nil
	}
	query, path := url.QueryEscape(secret), url.PathEscape(secret)
	return []string{
		secret, query, path, lowerPercent(query), lowerPercent(path), html.EscapeString(secret),
		strings.Trim(string(quoted), `"`), strings.Trim(strconv.Quote(secret), `"`),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
	}
}

// lowerPercent writes percent-encoding in lower case: %2F as %2f.
func lowerPercent(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			b.WriteString(strings.ToLower(text[i : i+3]))
			i += 2
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// replaceSecret replaces a secret, and each part of text that begins like the secret.
func replaceSecret(text, secret string) string {
	if len(secret) < minSecret {
		return text
	}
	prefix := secret[:prefixLength(secret)]
	var b strings.Builder
	for {
		start := strings.Index(text, prefix)
		if start < 0 {
			return b.String() + text
		}
		end := start + len(prefix)
		for n := len(prefix); n < len(secret) && end < len(text) && text[end] == secret[n]; n++ {
			end++
		}
		b.WriteString(text[:start] + "[redacted]")
		text = text[end:]
	}
}

// prefixLength returns the length of the beginning of a secret that is redacted even if the
// rest is missing. It is at least 8 and at most 24 bytes, otherwise three quarters of the
// secret: half of a short secret discloses much, and the beginning of a JWT is the same in
// all.
func prefixLength(secret string) int {
	return min(len(secret), max(minSecret, min(len(secret)*3/4, 24)))
}

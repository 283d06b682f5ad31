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

// recognizable is how much of a secret's beginning is taken for the secret. What
// has fewer letters stands in other words too, and is left in: taking it out
// would give it away.
const recognizable = 8

// redact takes the secrets of a question out of what a server said: as they are,
// as they were sent, in the encodings that programs use for logs, and cut short.
func (req *request) redact(text string) string {
	var known []string
	for _, secret := range append(slices.Clone(req.secrets), req.authorization, strings.TrimPrefix(req.authorization, "Basic ")) {
		// Of a token each part gives it away, but for the header.
		parts := append([]string{secret}, strings.Split(secret, ".")[1:]...)
		for _, part := range parts {
			// What a short text cannot hold need not be encoded: no encoding is
			// shorter than the secret itself.
			if len(part) >= recognizable && headOf(part) <= len(text) {
				known = append(known, encodings(part)...)
			}
		}
	}
	// The longest first, since one may be a part of another.
	slices.SortFunc(known, func(resp, b string) int { return cmp.Or(len(b)-len(resp), strings.Compare(resp, b)) })
	known = slices.Compact(known)
	for _, each := range known {
		text = cut(text, each)
	}
	return text
}

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

// lowerPercent writes %2F as %2f.
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

// cut replaces a secret, and each piece of text that begins as the secret does.
func cut(text, secret string) string {
	if len(secret) < recognizable {
		return text
	}
	head := headOf(secret)
	var b strings.Builder
	for {
		at := strings.Index(text, secret[:head])
		if at < 0 {
			return b.String() + text
		}
		end := head
		for end < len(secret) && at+end < len(text) && text[at+end] == secret[end] {
			end++
		}
		b.WriteString(text[:at] + "[redacted]")
		text = text[at+end:]
	}
}

// headOf is how many letters of a secret's beginning are taken for the secret.
// Half of a short secret says much; the head of a JWT is the same in all.
func headOf(secret string) int {
	return min(len(secret), max(recognizable, min(len(secret)*3/4, 24)))
}

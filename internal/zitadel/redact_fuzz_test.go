package zitadel_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// encodings contains functions that encode a secret in ways in which a server might repeat it.
var encodings = []func(string) string{
	func(s string) string { return s }, url.QueryEscape, url.PathEscape, html.EscapeString,
	func(s string) string { return strings.Trim(strconv.Quote(s), `"`) },
	func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	func(s string) string { return hex.EncodeToString([]byte(s)) },
	func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	func(s string) string { return zitadel.BasicAuth("application", s) },
}

var escapedRune = regexp.MustCompile(`\\u[0-9a-f]{4,6}`)

// FuzzRedaction checks that a secret is redacted if a server repeats it in an error description.
func FuzzRedaction(f *testing.F) {
	for encoding := range encodings {
		f.Add(canary, "got ", " from you", uint8(encoding))
		f.Add("s3cr3t/&<v>+ü%2Fx y", strings.Repeat("x", 490), "s3cr3t/&<v>", uint8(encoding))
	}
	f.Add("aaaaaaaaab", "aaaaaaaa", "aaaaaaaab", uint8(0))
	f.Fuzz(func(t *testing.T, text, before, after string, encoding uint8) {
		// A description can contain these characters even if the server did not send them.
		isUnsuitable := func(r rune) bool {
			return !unicode.IsPrint(r) || strings.ContainsRune(`[]\"`, r) || r == unicode.ReplacementChar
		}
		if strings.ContainsFunc(text, isUnsuitable) || len(text) < 8 || strings.Contains(text, ".") {
			return
		}
		echo := encodings[int(encoding)%len(encodings)](text)
		body, err := json.Marshal(map[string]string{"error": "invalid_client", "error_description": before + echo + after})
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Content-Type": {"application/json"}}
		c := clientWithResponse(t, tokenPath, fuzzResponse{http.StatusBadRequest, header, body})
		_, err = c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: secret("application", text)})
		checkError(t, err)
		// The digits in an escape sequence do not come from the server, either.
		got := escapedRune.ReplaceAllString(asError(t, err).Description, "\x00")
		if strings.Contains(got, text) || strings.Contains(got, echo) {
			t.Errorf("the description %q contains the secret %q or its encoding %q", got, text, echo)
		}
	})
}

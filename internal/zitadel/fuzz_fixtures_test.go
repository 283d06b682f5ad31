package zitadel_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// The fuzz targets use an in-memory issuer. The fuzzer generates its response for one path.
const (
	fuzzIssuer = "https://z.example"

	discoveryPath, tokenPath, introspectionPath = "/.well-known/openid-configuration", "/token", "/introspect"
	userInfoPath, keysPath, revocationPath      = "/userinfo", "/keys", "/revoke"

	fuzzToken = `{"access_token":"CANARY-token","token_type":"Bearer","expires_in":3600}`
)

var (
	// fuzzTime is the time at which the seeds from acctest.Recorded were recorded.
	fuzzTime   = time.Unix(1795310100, 0).UTC()
	fuzzSecret = zitadel.Credentials{ClientID: "application", ClientSecret: key.NewSecret(canary)}
)

// fuzzResponse is a response that the fuzzer generates.
type fuzzResponse struct {
	status int
	header http.Header
	body   []byte
}

// clientWithResponse returns a client whose in-memory issuer sends the generated response for path
// and reports success for all other paths. The test fails if the client sends a request to a
// different host, waits longer than a minute, or logs a secret.
func clientWithResponse(t *testing.T, path string, generated fuzzResponse) *zitadel.Client {
	t.Helper()
	success := map[string]string{
		discoveryPath: memoryDocument, tokenPath: fuzzToken, introspectionPath: `{"active":true}`,
		userInfoPath: `{"sub":"1"}`, keysPath: `{"keys":[` + edwardsKey + `]}`,
	}
	return &zitadel.Client{
		Issuer: fuzzIssuer, Now: func() time.Time { return fuzzTime },
		Sleep: func(_ context.Context, d time.Duration) error {
			if d < 0 || d > time.Minute { // up to 30 s for Retry-After, and up to 30 s of jitter
				t.Errorf("unexpected wait of %s", d)
			}
			return nil
		},
		Log: func(_ context.Context, a zitadel.Attempt) {
			checkText(t, a.URL+a.RequestID)
			if a.Problem != nil {
				checkText(t, a.Problem.Error())
			}
		},
		Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
			u := r.URL
			isIssuer := u.Scheme == "https" && strings.EqualFold(u.Hostname(), "z.example") &&
				(u.Port() == "" || u.Port() == "443") && u.User == nil && r.Host == u.Host
			if !isIssuer {
				t.Errorf("unexpected request to %s with host %q", r.URL, r.Host)
			}
			if r.URL.Path == path {
				body := io.NopCloser(bytes.NewReader(generated.body))
				return &http.Response{
					StatusCode: generated.status, Header: generated.header, Body: body, Request: r,
				}, nil
			}
			return jsonResponse(http.StatusOK, success[r.URL.Path]), nil
		}),
	}
}

// clientWithJSON is like clientWithResponse, but the response has status 200, the content type
// application/json, and the given body.
func clientWithJSON(t *testing.T, path string, body []byte) *zitadel.Client {
	t.Helper()
	header := http.Header{"Content-Type": {"application/json"}}
	return clientWithResponse(t, path, fuzzResponse{http.StatusOK, header, body})
}

// checkError checks that err is a [zitadel.Error] whose text is printable, is not too long, and
// contains no secret.
func checkError(t *testing.T, err error) {
	t.Helper()
	e := asError(t, err)
	texts := []string{e.Error(), e.Code, e.Description, e.RequestID}
	for _, f := range faultsIn(e) {
		texts = append(texts, f.Error())
	}
	for _, text := range texts {
		checkText(t, text)
	}
	if e.Op == "" || e.Error() == "" || utf8.RuneCountInString(e.Description) > 500 {
		t.Errorf("unexpected error: %+v", *e)
	}
}

// checkText checks that text is printable, is not too long, and contains no secret.
func checkText(t *testing.T, text string) {
	t.Helper()
	checkPrintable(t, text)
	inBase64, inHex := base64.StdEncoding.EncodeToString([]byte(canary)), hex.EncodeToString([]byte(canary))
	checkOmits(t, text, canary, inBase64, inHex)
}

// checkPrintable checks that text is printable and has at most 10,000 characters.
func checkPrintable(t *testing.T, text string) {
	t.Helper()
	isControl := func(r rune) bool { return !unicode.IsPrint(r) }
	if utf8.RuneCountInString(text) > 10_000 || strings.ContainsFunc(text, isControl) {
		t.Errorf("the text is too long or not printable: %q", text)
	}
}

// encoded returns text in base64url, as in a JWT.
func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// checkFormattable checks that a time is in UTC and can be formatted according to RFC 3339 and
// parsed again.
func checkFormattable(t *testing.T, at time.Time) {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, at.Format(time.RFC3339))
	if err != nil || !parsed.Equal(at) || at.Location() != time.UTC {
		t.Errorf("time %s is not in UTC or has no valid RFC 3339 form: %v", at, err)
	}
}

// stringMember returns the value of a member, or "" if the member is missing or not a string.
func stringMember(members map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(members[name], &text) != nil {
		return ""
	}
	return text
}

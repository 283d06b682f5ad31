package zitadel_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// The fuzz targets talk to an issuer in memory, whose answer to one path is made
// up by the fuzzer.
const (
	fuzzIssuer = "https://z.example"

	discoveryPath, tokenPath, introspectionPath = "/.well-known/openid-configuration", "/token", "/introspect"
	userInfoPath, keysPath, revocationPath      = "/userinfo", "/keys", "/revoke"

	fuzzDocument = `{"issuer":"https://z.example","token_endpoint":"https://z.example/token","introspection_endpoint":"https://z.example/introspect",` +
		`"userinfo_endpoint":"https://z.example/userinfo","jwks_uri":"https://z.example/keys","revocation_endpoint":"https://z.example/revoke"}`
	fuzzToken = `{"access_token":"CANARY-token","token_type":"Bearer","expires_in":3600}`
)

var (
	// fuzzTime is when the recordings were made.
	fuzzTime   = time.Unix(1795310100, 0).UTC()
	fuzzSecret = oauth.Credentials{ClientID: "application", ClientSecret: key.NewSecret(canary)}
)

// reply is a made-up answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// replying returns a client of an issuer that answers to path with made, and to
// the others as it should.
func replying(t *testing.T, path string, made reply) *oauth.Client {
	t.Helper()
	good := map[string]string{discoveryPath: fuzzDocument, tokenPath: fuzzToken, introspectionPath: `{"active":true}`, userInfoPath: `{"sub":"1"}`, keysPath: fuzzKeys()}
	return &oauth.Client{
		Issuer: fuzzIssuer, Now: func() time.Time { return fuzzTime },
		Sleep: func(_ context.Context, d time.Duration) error {
			if d < 0 || d > time.Minute { // Retry-After up to 30 s, and as much for spreading
				t.Errorf("it wants to wait %s", d)
			}
			return nil
		},
		Log: func(_ context.Context, a oauth.Attempt) { discreet(t, a.URL+a.RequestID+a.Problem) },
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if u := r.URL; u.Scheme != "https" || !strings.EqualFold(u.Hostname(), "z.example") || u.Port() != "" && u.Port() != "443" || u.User != nil || r.Host != u.Host {
				t.Errorf("a request to %s, host %q", r.URL, r.Host)
			}
			if r.URL.Path == path {
				return &http.Response{StatusCode: made.status, Header: made.header, Body: io.NopCloser(bytes.NewReader(made.body)), Request: r}, nil
			}
			return given(http.StatusOK, good[r.URL.Path]), nil
		}),
	}
}

// replyingJSON is replying with a body that says that it is JSON.
func replyingJSON(t *testing.T, path string, body []byte) *oauth.Client {
	t.Helper()
	return replying(t, path, reply{http.StatusOK, http.Header{"Content-Type": {"application/json"}}, body})
}

// explained checks the error that must be there in place of an answer.
func explained(t *testing.T, err error) {
	t.Helper()
	e := failed(t, err)
	for _, text := range append([]string{e.Error(), e.Code, e.Description, e.RequestID, e.Problem}, slices.Concat(e.Likely, e.Next)...) {
		discreet(t, text)
	}
	if e.Op == "" || e.Error() == "" || utf8.RuneCountInString(e.Description) > 500 {
		t.Errorf("%+v", *e)
	}
}

// discreet checks that a text is fit for a terminal, and has no secret in it.
func discreet(t *testing.T, text string) {
	t.Helper()
	showable(t, text)
	keeps(t, text, canary, base64.StdEncoding.EncodeToString([]byte(canary)), hex.EncodeToString([]byte(canary)))
}

// showable checks that a text is fit for a terminal.
func showable(t *testing.T, text string) {
	t.Helper()
	if utf8.RuneCountInString(text) > 10_000 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the message is %q", text)
	}
}

// recorded adds as seeds the JSON that a real ZITADEL answered to requests of one
// path. Tokens were not recorded: there are others in their place.
func recorded(t testing.TB, path string, success bool, add func(body []byte)) {
	t.Helper()
	recordings, err := os.ReadFile("../optest/testdata/recordings.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range bytes.Lines(recordings) {
		var exchange struct {
			Request  struct{ Path string }
			Response struct {
				Status int
				JSON   map[string]any
			}
		}
		// An answer that is JSON and no object is none that has to be decoded.
		if json.Unmarshal(line, &exchange) != nil || exchange.Request.Path != path || success != (exchange.Response.Status == http.StatusOK) {
			continue
		}
		for name, value := range exchange.Response.JSON {
			if described, ok := value.(map[string]any); ok && strings.HasSuffix(name, "_token") {
				exchange.Response.JSON[name] = tokenLike(t, described)
			}
		}
		body, err := json.Marshal(exchange.Response.JSON)
		if err != nil {
			t.Fatal(err)
		}
		if !seen[string(body)] && exchange.Response.JSON != nil {
			seen[string(body)] = true
			add(body)
		}
	}
	if len(seen) == 0 {
		t.Fatalf("no recording of %s", path)
	}
}

// tokenLike writes a token that the recordings only describe.
func tokenLike(t testing.TB, described map[string]any) string {
	t.Helper()
	part := func(value any) string {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	if jwt, ok := described["jwt"].(map[string]any); ok {
		return part(jwt["header"]) + "." + part(jwt["claims"]) + ".c2lnbmF0dXJl"
	}
	if jwe := described["jwe"]; jwe != nil {
		return part(jwe) + ".a2V5.aXY.Y2lwaGVy.dGFn"
	}
	t.Fatalf("%v is not a token", described)
	return ""
}

// encoded returns text in base64url, as in a JWT.
func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// checkFormattable checks that a time is in UTC and can be written in RFC 3339 and
// parsed again.
func checkFormattable(t *testing.T, at time.Time) {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, at.Format(time.RFC3339))
	if err != nil || !parsed.Equal(at) || at.Location() != time.UTC {
		t.Errorf("the time %s: %v", at, err)
	}
}

// unambiguous returns the members of a JSON object, and false if two programs could
// read it differently. It is independent of the implementation in package object.
// decisive are the names that no other top-level member may resemble.
func unambiguous(data []byte, decisive ...string) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) || !hasUniqueNames(data, decisive) {
		return nil, false
	}
	var members map[string]json.RawMessage
	return members, json.Unmarshal(data, &members) == nil && members != nil
}

// hasUniqueNames reports whether data is one JSON object in which no object repeats a
// name, no top-level name resembles a decisive one, no number exceeds a float64, and
// no value is nested deeper than 128 levels.
func hasUniqueNames(data []byte, decisive []string) bool {
	type scope struct {
		names map[string]bool // nil for an array
		value bool            // the next token is the value of a member
	}
	var open []*scope
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	for first := true; ; first = false {
		token, err := decoder.Token()
		if err == io.EOF {
			return !first && len(open) == 0
		}
		if err != nil || !first && len(open) == 0 || first && token != json.Delim('{') {
			return false
		}
		if number, ok := token.(json.Number); ok {
			if _, err := number.Float64(); err != nil {
				return false
			}
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if len(open) > 0 && open[len(open)-1].names != nil && !open[len(open)-1].value {
			name, _ := token.(string)
			top := open[len(open)-1]
			if top.names[name] || len(open) == 1 && resemblesOneOf(name, decisive) {
				return false
			}
			top.names[name], top.value = true, true
			continue
		}
		if len(open) > 0 {
			open[len(open)-1].value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &scope{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, &scope{})
		}
		if len(open) > 128 {
			return false
		}
	}
}

// resemblesOneOf reports whether name differs from one of the others only by letter
// case.
func resemblesOneOf(name string, others []string) bool {
	for _, other := range others {
		if name != other && folded(name) == folded(other) {
			return true
		}
	}
	return false
}

// folded replaces each character by the smallest one that is equal under Unicode
// simple case folding.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		smallest := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			smallest = min(smallest, other)
		}
		return smallest
	}, text)
}

// stringMember returns a member that is a string, or "".
func stringMember(members map[string]json.RawMessage, name string) string {
	var text string
	if json.Unmarshal(members[name], &text) != nil {
		return ""
	}
	return text
}

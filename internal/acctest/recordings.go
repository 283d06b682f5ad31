package acctest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Recorded calls add once for each distinct JSON body that a real ZITADEL server returned for path:
// with status 200 if success is true, and with any other status otherwise. The recordings contain a
// description in place of each token, so Recorded replaces the description with a token that
// matches it.
func Recorded(t testing.TB, path string, success bool, add func(body []byte)) {
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
		// A line that cannot be decoded is for a different path: for each path that a caller passes,
		// all recorded JSON bodies are objects.
		if json.Unmarshal(line, &exchange) != nil || exchange.Request.Path != path {
			continue
		}
		if success != (exchange.Response.Status == http.StatusOK) {
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
		t.Fatalf("found no recorded response for %s with success %t", path, success)
	}
}

// tokenLike returns a token that matches the description in a recording.
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
	t.Fatalf("%v does not describe a token", described)
	return ""
}

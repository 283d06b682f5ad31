package optest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"
)

// enough is the least number of exchanges that have to be compared: a mistake
// in the list of those left out must not make the test compare nothing.
const enough = 360

// leftOut names the recorded exchanges that are not replayed, and why.
func leftOut() map[string]string {
	const twoMethods = "this version of the library refuses two ways to authenticate at once"
	const lost = "the token was not recorded"
	const management = "the issuer has no management API"
	const parent = "the issuer does not have the feature to tell why it refuses an assertion"
	return map[string]string{
		"3.14 Basic AND body both set":                               twoMethods,
		"4.69 both Basic (api-basic) and client_assertion (api-jwt)": twoMethods,
		"CC before":  lost,
		"after 6.15": lost,
		"6.15 same with a client_credentials token":                                                   lost,
		"4.94 introspection by a DEACTIVATED API app (correct secret)":                                "the issuer cannot deactivate an application",
		"10.8 management API, Host: wrong.example":                                                    management,
		"7.11 Zitadel API (auth/v1/users/me) with a token WITHOUT the zitadel audience":               management,
		"7.12 Zitadel API with the zitadel audience":                                                  management,
		"wrong audience, feature on":                                                                  parent,
		"unknown kid, feature on":                                                                     parent,
		"iat in the future, feature on":                                                               parent,
		"introspection wrong aud, feature on":                                                         parent,
		"12.15 PAT 4s before expiry":                                                                  "the issuer's users have no name besides their user name",
		"12.23 opaque token minted through Host localhost:9999, introspected through localhost:18080": lost,
		"12.24 JWT token minted through Host localhost:9999, introspected through localhost:18080":    lost,
	}
}

// TestRecordings replays exchanges recorded with a real server and compares the
// answers by value, except for what is random. The issuer's clock runs at the
// time of each recording, so that tokens and keys expire as they did then.
func TestRecordings(t *testing.T) {
	replay := newReplay(t)
	changes, omitted, compared := replay.changes(), leftOut(), 0
	for _, recorded := range readRecordings(t) {
		if change, ok := changes[recorded.Number]; ok {
			change()
		}
		if _, ok := omitted[recorded.Title]; ok {
			delete(omitted, recorded.Title)
			continue
		}
		t.Run(recorded.Title, func(t *testing.T) {
			replay.issuer.Skew(time.Until(time.Unix(recorded.At, 0)))
			got := replay.exchange(t, recorded)
			for _, difference := range compareAnswers(recorded.Response, got) {
				t.Errorf("exchange %d: %s", recorded.Number, difference)
			}
		})
		compared++
	}
	t.Logf("compared %d exchanges", compared)
	if compared < enough {
		t.Errorf("compared %d exchanges, want at least %d", compared, enough)
	}
	for title := range omitted {
		t.Errorf("no exchange has the title %q, which is to be left out", title)
	}
}

// readRecordings returns the recorded exchanges in their order.
func readRecordings(t *testing.T) []recording {
	t.Helper()
	data, err := os.ReadFile("testdata/recordings.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var recordings []recording
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var one recording
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&one); err != nil {
			t.Fatalf("recording %d: %v", len(recordings)+1, err)
		}
		recordings = append(recordings, one)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return recordings
}

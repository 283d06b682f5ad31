package optest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// minCompared is the minimum number of exchanges that a replay must compare. Without this
// limit, a mistake in the list of skipped exchanges could go undetected.
const minCompared = 360

// skippedExchanges returns the recorded exchanges that are not replayed, as a map from their titles to
// the reasons.
func skippedExchanges() map[string]string {
	const (
		twoMethods = "this version of the library rejects two authentication methods in one request"
		noToken    = "the token was not recorded"
		management = "the issuer has no management API"
		details    = "the issuer does not support the feature that explains why an assertion is rejected"
	)
	return map[string]string{
		"3.14 Basic AND body both set":                               twoMethods,
		"4.69 both Basic (api-basic) and client_assertion (api-jwt)": twoMethods,
		"CC before":  noToken,
		"after 6.15": noToken,
		"6.15 same with a client_credentials token":                                                   noToken,
		"12.23 opaque token minted through Host localhost:9999, introspected through localhost:18080": noToken,
		"12.24 JWT token minted through Host localhost:9999, introspected through localhost:18080":    noToken,
		"10.8 management API, Host: wrong.example":                                                    management,
		"7.11 Zitadel API (auth/v1/users/me) with a token WITHOUT the zitadel audience":               management,
		"7.12 Zitadel API with the zitadel audience":                                                  management,
		"wrong audience, feature on":                                                                  details,
		"unknown kid, feature on":                                                                     details,
		"iat in the future, feature on":                                                               details,
		"introspection wrong aud, feature on":                                                         details,

		"4.94 introspection by a DEACTIVATED API app (correct secret)": "the issuer cannot deactivate an application",

		"12.15 PAT 4s before expiry": "the issuer's users have no display name",
	}
}

// skippedOlderExchanges is like skippedExchanges, but for the older releases.
func skippedOlderExchanges() map[string]string {
	const twoMethods = "this version of the library rejects two authentication methods in one request"
	return map[string]string{
		"4.69 both Basic (api-basic) and client_assertion (api-jwt)": twoMethods,
	}
}

// TestRecordings replays the exchanges that were recorded with a real server of each release,
// and compares the responses except for random values. The issuer's clock is set to the time
// of each exchange, so that tokens and keys expire at the same point as in the recording.
func TestRecordings(t *testing.T) {
	t.Parallel()
	for _, release := range Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			replayRelease(t, release)
		})
	}
}

// replayRelease runs TestRecordings for one release.
func replayRelease(t *testing.T, release Release) {
	t.Helper()
	replay := newReplay(t, release)
	change, skipped, compared := replay.changes(), skippedExchanges(), 0
	if release != ReleaseNewest {
		change, skipped = replay.olderChanges(), skippedOlderExchanges()
	}
	recordings := readRecordings(t, release)
	for _, recorded := range recordings {
		replay.issueUntil(t, recordings, recorded.At)
		change(recorded)
		if _, ok := skipped[recorded.Title]; ok {
			delete(skipped, recorded.Title)
			continue
		}
		t.Run(recorded.Title, func(t *testing.T) {
			got := replay.exchange(t, recorded)
			for _, difference := range compareResponses(recorded.Response, got) {
				t.Errorf("exchange %d: %s", recorded.Number, difference)
			}
		})
		compared++
	}
	t.Logf("compared %d exchanges", compared)
	if compared < minCompared {
		t.Errorf("compared %d exchanges, want at least %d", compared, minCompared)
	}
	for title := range skipped {
		t.Errorf("the skipped exchange %q does not exist", title)
	}
}

// readRecordings returns the exchanges that were recorded with a server of the given release.
func readRecordings(t *testing.T, release Release) []recording {
	t.Helper()
	name := "testdata/recordings.jsonl"
	if release != ReleaseNewest {
		name = "testdata/recordings-" + release.String() + ".jsonl"
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var recordings []recording
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var recorded recording
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&recorded); err != nil {
			t.Fatalf("%s, line %d: %v", name, len(recordings)+1, err)
		}
		recordings = append(recordings, recorded)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return recordings
}

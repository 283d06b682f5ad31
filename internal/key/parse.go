package key

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Fault is one thing that is wrong with a key JSON. It never holds the value
// of a member.
type Fault struct {
	Member  string // JSON member, or "" for the document as a whole
	Problem string // what is wrong, and what to do
}

// Error implements error.
func (f *Fault) Error() string {
	if f.Member == "" {
		return f.Problem
	}
	return fmt.Sprintf("member %q %s", f.Member, f.Problem)
}

// Parse reads a ZITADEL key JSON, an object with the string members "type",
// "keyId" and "key", with "userId" (service account) or "clientId" and "appId"
// (application), and sometimes "expirationDate" (RFC 3339).
//
// The error joins a [*Fault] for everything that is wrong.
func Parse(data []byte) (*Key, error) {
	if len(data) > MaxFileSize {
		return nil, &Fault{Problem: "a ZITADEL key JSON has at most 64 KiB"}
	}
	// Editors on Windows like to put a byte order mark first.
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil || members == nil {
		return nil, notAnObject(data)
	}
	d := document{members: members}
	key := d.key()
	if len(d.faults) > 0 {
		return nil, errors.Join(d.faults...)
	}
	key.fingerprint = key.makeFingerprint()
	return key, nil
}

// notAnObject says what data is when it is no JSON object.
func notAnObject(data []byte) *Fault {
	const want = "a ZITADEL key JSON is an object like {\"type\": \"serviceaccount\", \"keyId\": ..., \"key\": ..., \"userId\": ...}"
	// Any of the alphabets of RFC 4648, padded or not, in one line or several.
	plain := strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(string(data))
	decoded, base64Error := base64.RawStdEncoding.DecodeString(plain)
	switch {
	case len(data) == 0:
		return &Fault{Problem: "it is empty; " + want}
	case bytes.HasPrefix(data, []byte("-----BEGIN")):
		return &Fault{Problem: "it is a bare PEM; " + want + "; make one of parts that are held apart with jsonencode({ type = \"serviceaccount\", keyId = ..., key = ..., userId = ... })"}
	case base64Error == nil && json.Valid(decoded):
		return &Fault{Problem: "it is the base64 of a key JSON; decode it first: key_json = base64decode(...)"}
	case looksLikePath(data):
		return &Fault{Problem: "it is not JSON but looks like a path: a file belongs into key_file"}
	case !json.Valid(data):
		return &Fault{Problem: "it is not JSON; " + want}
	}
	kinds := map[byte]string{'[': "an array", '"': "a string", 't': "a boolean", 'f': "a boolean", 'n': "null"}
	kind := kinds[data[0]]
	if kind == "" {
		kind = "a number"
	}
	return &Fault{Problem: "it is JSON, but " + kind + "; " + want}
}

// looksLikePath reports whether data may be the path of a key file.
func looksLikePath(data []byte) bool {
	return len(data) < 256 && !bytes.ContainsAny(data, "\n{[\"") && (bytes.HasSuffix(data, []byte(".json")) || bytes.ContainsAny(data, `/\`))
}

// document collects the faults of a key JSON while its members are read.
type document struct {
	members map[string]json.RawMessage
	faults  []error
}

func (d *document) fault(member, problem string) {
	d.faults = append(d.faults, &Fault{Member: member, Problem: problem})
}

func (d *document) key() *Key {
	k := &Key{ID: d.identifier("keyId")}
	switch name := d.required("type"); Type(name) {
	case ServiceAccount:
		k.Type, k.UserID = ServiceAccount, d.identifier("userId")
	case Application:
		k.Type, k.ClientID, k.AppID = Application, d.identifier("clientId"), d.identifier("appId")
	case "": // required has said so
	case "service_account":
		d.fault("type", `is "service_account", as in a Google key; ZITADEL writes "serviceaccount"`)
	default:
		d.fault("type", fmt.Sprintf(`is %q; ZITADEL's are "serviceaccount" and "application"`, clip(name)))
	}
	if text := d.required("key"); text != "" {
		private, err := parsePrivateKey(text)
		if err != nil {
			d.fault("key", err.Error())
		}
		k.private = private
	}
	if date := d.optional("expirationDate"); date != "" {
		at, err := time.Parse(time.RFC3339, date)
		at = at.UTC()
		// An hour before the year 10000 in one zone is a time in UTC that RFC 3339
		// cannot write.
		if err != nil || at.Year() < 1 || at.Year() > 9999 {
			d.fault("expirationDate", "is not an RFC 3339 time such as 2030-01-31T00:00:00Z")
		}
		k.ExpiresAt = at
	}
	return k
}

func (d *document) required(member string) string {
	if _, ok := d.members[member]; !ok {
		d.fault(member, "is missing"+d.hint(member))
		return ""
	}
	faults := len(d.faults)
	value := d.optional(member)
	if value == "" && len(d.faults) == faults {
		d.fault(member, "is empty")
	}
	return value
}

// identifier is required of a member that messages name: anything that is no id,
// such as a key in the wrong member, must not get there.
func (d *document) identifier(member string) string {
	value := d.required(member)
	const longest = 100
	odd := strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' })
	if odd || len(value) > longest || strings.Contains(value, "-----") {
		d.fault(member, "is not an id: it has white space in it, or more than 100 characters")
		return ""
	}
	return value
}

func (d *document) optional(member string) string {
	raw, ok := d.members[member]
	if !ok || string(raw) == "null" {
		return ""
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		d.fault(member, "must be a JSON string")
	}
	return strings.TrimSpace(value)
}

// hint names a member that stands where the missing one should: the same word
// in other letters, or the name that other vendors use.
func (d *document) hint(missing string) string {
	aliases := map[string]string{"privatekey": "key", "privatekeyid": "keyId", "kid": "keyId", "applicationid": "appId"}
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		plain := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
		if name != missing && (plain == strings.ToLower(missing) || aliases[plain] == missing) {
			return fmt.Sprintf("; it has %q: rename that to %q", clip(name), missing)
		}
	}
	return ""
}

// clip bounds what a message quotes from a document: one line of it at most, so
// that nothing comes out of a PEM that stands in the wrong member.
func clip(s string) string {
	first, _, more := strings.Cut(strings.ReplaceAll(s, `\n`, "\n"), "\n")
	if runes := []rune(first); len(runes) > 40 {
		first, more = string(runes[:40]), true
	}
	if more {
		return first + "..."
	}
	return first
}

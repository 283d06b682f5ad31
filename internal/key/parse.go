package key

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// Parse parses a ZITADEL key JSON: an object with the string members "type", "keyId"
// and "key", with "userId" (service account) or "clientId" and "appId" (application),
// and optionally "expirationDate" (RFC 3339).
//
// The error joins one [fault.Fault] for everything that is wrong. The fault of a
// member has its name as the value "member". It contains a part of the member's value
// only for "type", and for "key" the type of the PEM block.
func Parse(data []byte) (*Key, error) {
	if len(data) > MaxFileSize {
		return nil, fault.New("key-json-too-large", "max_kib", MaxFileSize>>10)
	}
	// Editors on Windows may begin a file with a byte order mark.
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

// notAnObject returns the fault of data that is not a JSON object.
func notAnObject(data []byte) *fault.Fault {
	decoded, base64Error := object.DecodeBase64(string(data))
	switch {
	case len(data) == 0:
		return fault.New("key-json-empty")
	case bytes.HasPrefix(data, []byte("-----BEGIN")):
		return fault.New("key-json-is-pem")
	case base64Error == nil && json.Valid(decoded):
		return fault.New("key-json-is-base64")
	case looksLikePath(data):
		return fault.New("key-json-is-path")
	case !json.Valid(data):
		return fault.New("key-json-invalid")
	}
	return fault.New("key-json-not-object", "found", kindOf(data))
}

// kindOf returns the type of a JSON value with its article.
func kindOf(value []byte) string {
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// looksLikePath reports whether data may be the path of a key file.
func looksLikePath(data []byte) bool {
	return len(data) < 256 && !bytes.ContainsAny(data, "\n{[\"") &&
		(bytes.HasSuffix(data, []byte(".json")) || bytes.ContainsAny(data, `/\`))
}

// document collects the faults of a key JSON while its members are decoded.
type document struct {
	members map[string]json.RawMessage
	faults  []error
}

// add adds a fault of a member.
func (d *document) add(code, member string, values ...any) {
	d.faults = append(d.faults, fault.New(code, append([]any{"member", member}, values...)...))
}

// key decodes the members of the document. The key is incomplete if there are faults.
func (d *document) key() *Key {
	k := &Key{ID: d.identifier("keyId")}
	switch name := d.required("type"); Type(name) {
	case ServiceAccount:
		k.Type, k.UserID = ServiceAccount, d.identifier("userId")
	case Application:
		k.Type, k.ClientID, k.AppID = Application, d.identifier("clientId"), d.identifier("appId")
	case "": // required has added the fault
	case "service_account":
		d.add("key-type-google", "type")
	default:
		d.add("key-type-unknown", "type", "found", clip(name))
	}
	if text := d.required("key"); text != "" {
		private, err := parsePrivateKey(text)
		if err != nil {
			d.faults = append(d.faults, err)
		}
		k.private = private
	}
	if date := d.optional("expirationDate"); date != "" {
		at, err := time.Parse(time.RFC3339, date)
		at = at.UTC()
		// A time in the year 9999 or 0 of one zone may be in a year of UTC that
		// RFC 3339 cannot express.
		if err != nil || at.Year() < 1 || at.Year() > 9999 {
			d.add("key-expiration-invalid", "expirationDate")
		}
		k.ExpiresAt = at
	}
	return k
}

// required returns the value of a string member. It adds a fault and returns "" if the
// member is missing, empty, or not a string.
func (d *document) required(member string) string {
	if _, ok := d.members[member]; !ok {
		if found := d.misnamed(member); found != "" {
			d.add("key-member-renamed", member, "found", clip(found))
		} else {
			d.add("key-member-missing", member)
		}
		return ""
	}
	faults := len(d.faults)
	value := d.optional(member)
	if value == "" && len(d.faults) == faults {
		d.add("key-member-empty", member)
	}
	return value
}

// identifier returns the value of a required member that messages contain. It adds a
// fault if the value does not have the form of an ID: a private key in the wrong
// member must not get into a message.
func (d *document) identifier(member string) string {
	value := d.required(member)
	const longest = 100
	odd := strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' })
	if odd || len(value) > longest || strings.Contains(value, "-----") {
		d.add("key-member-not-id", member)
		return ""
	}
	return value
}

// optional returns the value of a string member without surrounding whitespace. It is
// "" if the member is missing or null. It adds a fault if the member is not a string.
func (d *document) optional(member string) string {
	raw, ok := d.members[member]
	if !ok || string(raw) == "null" {
		return ""
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		d.add("key-member-not-string", member, "found", kindOf(raw))
	}
	return strings.TrimSpace(value)
}

// misnamed returns the name of a member that appears to be the missing one, or "". It
// is the same name in other letter case or with separators, or the name that other
// vendors use.
func (d *document) misnamed(missing string) string {
	aliases := map[string]string{
		"privatekey": "key", "privatekeyid": "keyId", "kid": "keyId", "applicationid": "appId",
	}
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		plain := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
		if name != missing && (plain == strings.ToLower(missing) || aliases[plain] == missing) {
			return name
		}
	}
	return ""
}

// clip returns the first line of s, at most 40 characters of it, so that a message
// that quotes it contains no part of the body of a PEM in the wrong member.
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

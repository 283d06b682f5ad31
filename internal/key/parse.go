package key

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Parse parses a ZITADEL key JSON: an object with the string members "type", "keyId"
// and "key", with "userId" (service account) or "clientId" and "appId" (application),
// and optionally "expirationDate" (RFC 3339). The strings may contain line breaks, and
// whitespace and a byte order mark may surround the object.
//
// Only assertions for ZITADEL's token endpoint and introspection require a key ID, so a
// document without "keyId" is a key whose ID is empty. If the document has a fault, the
// missing "keyId" is reported with it.
//
// The error joins a [fault.Fault] for each problem. The fault of a member has the name of
// the member as its value "member". Of the values of members, a fault contains only that of
// "type" and the type of the PEM block in "key". If data contains a key JSON in another
// form, the fault has the value "steps", which describes how to extract it (see stepJSON).
// Names of members are the only other part of data in a fault.
func Parse(data []byte) (*Key, error) {
	if len(data) > MaxFileSize {
		return nil, fault.New("key-json-too-large", "max_kib", MaxFileSize>>10)
	}
	members := membersOf(data)
	if members == nil {
		return nil, notAnObject(data)
	}
	d := document{members: members}
	key := d.key()
	if len(d.faults) > 0 {
		if f := d.other(data); f != nil {
			return nil, f
		}
		return nil, errors.Join(append(d.faults, d.missingID...)...)
	}
	key.fingerprint = key.makeFingerprint()
	return key, nil
}

// notAnObject returns the fault of data that is not a JSON object.
func notAnObject(data []byte) *fault.Fault {
	if f := wrapped(data, false); f != nil {
		return f
	}
	text, _, _ := clean(data)
	var value any
	err := json.Unmarshal(blankBreaks(text), &value)
	var syntax *json.SyntaxError
	switch {
	case len(text) == 0:
		return fault.New("key-json-empty")
	case err == nil:
		return fault.New("key-json-not-object", "found", kindOf(text))
	case errors.As(err, &syntax) && strings.ContainsRune(`{["`, rune(text[0])):
		start := bytes.Index(data, text)
		line, column := position(string(data), start+int(syntax.Offset))
		return fault.New("key-json-invalid", "line", line, "column", column)
	}
	return fault.New("key-json-invalid")
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

// document collects the faults of a key JSON while its members are decoded.
type document struct {
	members   map[string]json.RawMessage
	faults    []error
	missingID []error // the fault of a missing "keyId", which is not one of every key
}

// add adds a fault of a member.
func (d *document) add(code, member string, values ...any) {
	d.faults = append(d.faults, fault.New(code, append([]any{"member", member}, values...)...))
}

// other returns the one fault of a document that is not a key JSON, but certainly
// contains one or is something else. It is nil if the faults of the members describe the
// document best.
func (d *document) other(data []byte) *fault.Fault {
	if f := otherObject(d.members); f != nil {
		return f
	}
	text, _, marked := clean(data)
	steps := path{}.add(markSteps(data, marked)...)
	if !json.Valid(text) {
		steps = steps.add(stepJoin)
	}
	if f := d.encodedKey(steps.add(stepJSON).member("key")); f != nil {
		return f
	}
	id, isKey := identify(d.members)
	switch {
	case isKey && !id.hasKey && len(d.faults) == 1 && d.misnamed("key") == "":
		return fault.New("key-json-without-key", "steps", []string(steps))
	case isKey:
		return nil
	}
	return wrapped(data, d.hasTypicalMember())
}

// encodedKey returns the fault of a document whose only fault is that the PEM in the
// member "key" is encoded, in base64 for example, or nil.
func (d *document) encodedKey(steps path) *fault.Fault {
	var text string
	_ = json.Unmarshal(d.members["key"], &text)
	if len(d.faults) != 1 || text == "" {
		return nil
	}
	var s search
	s.text([]byte(text), steps, 1, false)
	if len(s.others) != 1 || s.others[0].fault.Code != "key-json-is-pem" || len(s.others[0].steps) == len(steps) {
		return nil
	}
	return pemFault("key-member-encoded", "steps", []string(s.others[0].steps))
}

// hasTypicalMember reports whether a member has a name that is typical of a key JSON, apart
// from keyId, which responses of ZITADEL contain as well.
func (d *document) hasTypicalMember() bool {
	for _, name := range []string{"key", "userId", "clientId", "appId"} {
		if _, ok := d.members[name]; ok || d.misnamed(name) != "" {
			return true
		}
	}
	return d.misnamed("keyId") != ""
}

// key decodes the members of the document. The key is incomplete if there are faults.
func (d *document) key() *Key {
	k := &Key{}
	if _, ok := d.members["keyId"]; ok || d.misnamed("keyId") != "" {
		k.ID = d.identifier("keyId")
	} else {
		d.missingID = append(d.missingID, MissingID())
	}
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
		// Converted to UTC, a time in the year 9999 or 0 may be in a year that RFC 3339
		// cannot express.
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

// MissingID returns the fault of a key JSON without a key ID.
func MissingID() *fault.Fault { return fault.New("key-id-missing", "member", "keyId") }

// identifier returns the value of a required member that is an ID. It adds a fault if the
// value does not have the form of an ID: messages contain IDs, so they must not contain a
// private key in the wrong member.
func (d *document) identifier(member string) string {
	value := d.required(member)
	if value != "" && !isID(value) {
		d.add("key-member-not-id", member)
		return ""
	}
	return value
}

// CheckID returns a fault unless text has the form of an ID.
func CheckID(text string) error {
	switch {
	case text == "":
		return fault.New("id-empty")
	case !isID(text):
		return fault.New("id-invalid")
	}
	return nil
}

// isID reports whether text has the form of an ID: at most 100 characters of printable
// ASCII, without spaces and without a part of a PEM.
func isID(text string) bool {
	const longest = 100
	odd := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
	return text != "" && !odd && len(text) <= longest && !strings.Contains(text, "-----")
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

// misnamed returns the name of a member that appears to be the missing one, or "". It is
// the same name in a different case or with separators, or a name that other vendors use.
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
	first, more := strings.ReplaceAll(s, `\n`, "\n"), false
	if end := strings.IndexFunc(first, unicode.IsControl); end >= 0 {
		first, more = first[:end], true
	}
	if runes := []rune(first); len(runes) > 40 {
		first, more = string(runes[:40]), true
	}
	if more {
		return first + "..."
	}
	return first
}

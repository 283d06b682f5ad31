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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// Parse parses a ZITADEL key JSON: an object with the string members "type", "keyId" and "key",
// either "userId" (service account) or "clientId" and "appId" (application), and optionally
// "expirationDate" (RFC 3339). The strings may contain unescaped line breaks. The object may be
// surrounded by whitespace and preceded by a byte order mark.
//
// Only assertions for ZITADEL's token endpoint and introspection endpoint require a key ID, so Parse
// accepts a document without "keyId" and returns a key with an empty ID. If any other member is
// missing, the error also reports the missing "keyId".
//
// The error is a single [fault.Fault], or several that are joined with [errors.Join]. A fault about a
// member contains the name of the member as its "member" value. If the key JSON, or other content
// that Parse recognizes, is encoded or inside a larger document, the "steps" value describes how to
// extract it (see package pasted).
//
// A fault contains names of members, and prefixes that steps remove. It also contains the value of
// "type" and the type of the PEM block in "key" if they look like the name of a type. It contains no
// other part of data.
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
	d.checkRepeated(data)
	if len(d.faults) > 0 {
		if f := d.other(data); f != nil {
			return nil, f
		}
		return nil, errors.Join(append(d.faults, d.missingID())...)
	}
	key.fingerprint = key.makeFingerprint()
	return key, nil
}

// notAnObject returns the fault for data that is not a JSON object.
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

// kindOf returns a description of the type of a JSON value, for example "an object". The value
// must not be empty.
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
	members map[string]json.RawMessage
	faults  []error
	lacksID bool // "keyId" is missing
}

// missingID returns the fault for a missing "keyId" if another member is also missing, and nil
// otherwise. If members only have invalid values, the document could be the key JSON of a system
// user, which needs no ID.
func (d *document) missingID() error {
	if d.lacksID && fault.Is(errors.Join(d.faults...), "key-member-missing", "key-member-renamed") {
		return MissingID()
	}
	return nil
}

// add records a fault about the given member.
func (d *document) add(code, member string, values ...any) {
	d.faults = append(d.faults, fault.New(code, values...).With("member", member))
}

// other returns a fault that replaces the faults of the members if the document contains a key JSON
// in a different form, or is definitely something other than a complete key JSON. It returns nil if
// the faults of the members describe the document better.
func (d *document) other(data []byte) *fault.Fault {
	if f := otherObject(d.members); f != nil {
		return f
	}
	if d.containsKeyJSON() {
		return fault.New("key-member-is-key-json", "member", "key")
	}
	text, _, marked := clean(data)
	steps := markSteps(data, marked)
	if !json.Valid(text) {
		steps = extend(steps, pasted.StepJoin)
	}
	if f := d.encodedKey(extend(steps, pasted.StepJSON, pasted.StepMember+"key")); f != nil {
		return f
	}
	id, isKey := identify(d.members)
	switch {
	case isKey && !id.hasKey && len(d.faults) == 1 && d.misnamed("key") == "":
		return fault.New("key-json-without-key", "steps", steps)
	case isKey:
		return nil
	}
	return wrapped(data, d.hasTypicalMember())
}

// containsKeyJSON reports whether the document has a user ID or a client ID, and its "key" member is
// a whole key JSON instead of a private key. A document has this form if it was assembled from
// separate values.
func (d *document) containsKeyJSON() bool {
	var text string
	_, hasUser := d.members["userId"]
	_, hasClient := d.members["clientId"]
	if json.Unmarshal(d.members["key"], &text) != nil || !hasUser && !hasClient {
		return false
	}
	_, hasKey := membersOf([]byte(text))["key"]
	return hasKey
}

// encodedKey returns a fault if the only fault of the document is that the PEM in its "key" member is
// encoded, for example in base64. It returns nil otherwise. The given steps lead to the value of the
// member.
func (d *document) encodedKey(steps []string) *fault.Fault {
	var text string
	_ = json.Unmarshal(d.members["key"], &text)
	if len(d.faults) != 1 || text == "" {
		return nil
	}
	var s search
	s.text([]byte(text), origin{steps: steps, depth: 1})
	if len(s.others) != 1 || s.others[0].fault.Code != "key-json-is-pem" || len(s.others[0].steps) == len(steps) {
		return nil
	}
	return fault.New("key-member-encoded", "member", "key", "steps", s.others[0].steps)
}

// hasTypicalMember reports whether the document has a member whose name is typical of a key JSON. The
// exact name "keyId" does not count, because ZITADEL's API responses also contain it.
func (d *document) hasTypicalMember() bool {
	for _, name := range []string{"key", "userId", "clientId", "appId"} {
		if _, ok := d.members[name]; ok || d.misnamed(name) != "" {
			return true
		}
	}
	return d.misnamed("keyId") != ""
}

// key decodes the members of the document and collects their faults. If there are faults, the
// key is incomplete.
func (d *document) key() *Key {
	k := &Key{}
	// Null counts as missing, because programs that encode an optional ID write null if the ID is not
	// set.
	if raw := string(d.members["keyId"]); raw != "" && raw != "null" || d.misnamed("keyId") != "" {
		k.ID = d.identifier("keyId")
	} else {
		d.lacksID = true
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
		d.add("key-type-unknown", "type", "found", typeName(name))
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
		// Reject the year 0, and the years -1 and 10000, which RFC 3339 cannot express. Conversion to
		// UTC can move a time from the year 0 or 9999 into the year before or after.
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

// MissingID returns the fault for a key JSON without a key ID.
func MissingID() *fault.Fault { return fault.New("key-id-missing", "member", "keyId") }

// identifier returns the value of a required member that must be an ID. It adds a fault and
// returns "" if the value does not have the form of an ID. Messages contain IDs, so a private
// key in the wrong member must not be accepted as an ID.
func (d *document) identifier(member string) string {
	value := d.required(member)
	if value != "" && !isID(value) {
		d.add("key-member-not-id", member)
		return ""
	}
	return value
}

// optional returns the value of a string member without surrounding whitespace. It returns
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

// misnamed returns the name of a member that appears to be the missing member under a different name,
// or "" if there is none. The name differs only in letter case or separators, or is one that other
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

// clip returns the first line of s, truncated to 40 characters. It appends "..." if it removed
// anything. If s is a secret, the result can contain part of it.
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

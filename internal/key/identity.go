package key

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// identity distinguishes one key JSON from another.
type identity struct {
	keyID  string // "keyId" member
	text   string // "key" member without whitespace; empty if missing
	hasKey bool   // whether the "key" member is neither missing nor blank
}

// identify returns the identity of the key JSON that has the given members. It returns false if they
// are not the members of a key JSON. The "key" member can be missing or empty if the type is known.
func identify(members map[string]json.RawMessage) (id identity, ok bool) {
	var kind, pemText string
	if json.Unmarshal(members["keyId"], &id.keyID) != nil || id.keyID == "" {
		return identity{}, false
	}
	_ = json.Unmarshal(members["type"], &kind)
	if raw, has := members["key"]; has && json.Unmarshal(raw, &pemText) != nil {
		return identity{}, false
	}
	isKnown := Type(kind) == ServiceAccount || Type(kind) == Application
	id.hasKey = strings.TrimSpace(pemText) != ""
	id.text = withoutSpace(unescapeBreaks(pemText))
	return id, !id.hasKey && isKnown || strings.Contains(pemText, pemBegin)
}

// numericID returns a fault if the members are those of a key JSON with a private key, except that
// the key ID is a number instead of a string. It returns nil otherwise.
func numericID(members map[string]json.RawMessage) *fault.Fault {
	if raw := members["keyId"]; len(raw) == 0 || kindOf(raw) != "a number" {
		return nil
	}
	corrected := maps.Clone(members)
	corrected["keyId"] = json.RawMessage(`"0"`)
	if id, ok := identify(corrected); !ok || !id.hasKey {
		return nil
	}
	return fault.New("key-member-not-string", "member", "keyId", "found", "a number")
}

// membersOf returns the members of a JSON object. The object may be surrounded by whitespace
// and preceded by a byte order mark, and its strings may contain unescaped line breaks.
// membersOf returns nil if data is not such an object.
func membersOf(data []byte) map[string]json.RawMessage {
	data, _, _ = clean(data)
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) == nil {
		return members
	}
	if !bytes.HasPrefix(data, []byte("{")) || json.Unmarshal(escapeBreaks(data), &members) != nil {
		return nil
	}
	return members
}

// shallow encodes the members of an object for [identify], [numericID] and [otherObject]. It replaces
// arrays and objects with {}, because these functions do not use them.
func shallow(object map[string]any) map[string]json.RawMessage {
	members := make(map[string]json.RawMessage, len(object))
	for name, value := range object {
		switch value.(type) {
		case []any, map[string]any:
			members[name] = json.RawMessage("{}")
		default:
			members[name], _ = json.Marshal(value)
		}
	}
	return members
}

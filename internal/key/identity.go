package key

import (
	"bytes"
	"encoding/json"
	"strings"
)

// identity distinguishes one key JSON from another.
type identity struct {
	keyID  string // member "keyId"
	text   string // member "key" without whitespace; empty if missing
	hasKey bool   // whether the member "key" is neither missing nor blank
}

// identify reports whether the members are those of a key JSON, and returns the key JSON's
// identity. The member "key" may be missing or empty if the type is known.
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

// shallow returns the members of an object for [identify] and [otherObject]. It replaces all
// values except strings and null with {}, because neither function uses the other values.
func shallow(object map[string]any) map[string]json.RawMessage {
	members := make(map[string]json.RawMessage, len(object))
	for name, value := range object {
		members[name] = json.RawMessage("{}")
		if text, isText := value.(string); isText {
			members[name], _ = json.Marshal(text)
		} else if value == nil {
			members[name] = json.RawMessage("null")
		}
	}
	return members
}

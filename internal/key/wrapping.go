package key

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// maxLayers is the maximum number of nested encodings that the search for a key JSON removes.
// The JSON text of an object is a layer, but a member of the object is not.
const maxLayers = 5

// search looks for key JSONs in text that is not itself a key JSON, and for other content
// that users confuse with a key JSON. It records only content that it identifies with certainty.
type search struct {
	keys   []finding
	others []finding
	bytes  int // total length of the searched text
}

// maxSearched is the maximum total length of the text that is searched. It limits the time
// spent on text that can be decoded in several ways.
const maxSearched = 16 * MaxFileSize

// maxSteps is the maximum number of steps that lead to text that is searched. It limits the
// nesting of members.
const maxSteps = 32

// finding is a key JSON or other content, and the steps that lead to it.
type finding struct {
	steps []string
	fault *fault.Fault // set for other content
	id    identity     // set for a key JSON
}

// identity distinguishes one key JSON from another.
type identity struct {
	keyID  string // member "keyId"
	text   string // member "key" without whitespace; empty if missing
	hasKey bool   // whether the member "key" is neither missing nor blank
}

// wrapped returns the fault for a document that contains key JSONs or exactly one piece of other
// content. It returns nil if it cannot identify the content with certainty. If onlyKeys is set,
// it ignores other content.
func wrapped(data []byte, onlyKeys bool) *fault.Fault {
	var s search
	s.text(data, nil, 0, true)
	slices.SortFunc(s.keys, func(a, b finding) int {
		return cmp.Or(cmp.Compare(len(a.steps), len(b.steps)), slices.Compare(a.steps, b.steps))
	})
	if len(s.keys) > 0 {
		return s.keyFault()
	}
	if len(s.others) != 1 || onlyKeys {
		return nil
	}
	found := s.others[0]
	if len(found.steps) == 0 {
		return found.fault
	}
	return found.fault.With("steps", found.steps)
}

// keyFault returns the fault for a document in which the search found key JSONs.
func (s *search) keyFault() *fault.Fault {
	first, distinct := s.keys[0], map[identity]bool{}
	for _, found := range s.keys {
		distinct[found.id] = true
	}
	switch {
	case len(distinct) > 1:
		return fault.New("key-json-several", "count", len(distinct), "steps", first.steps)
	case !first.id.hasKey:
		return fault.New("key-json-without-key", "steps", first.steps)
	}
	return fault.New("key-json-wrapped", "steps", first.steps)
}

// text searches data, which is the result of the steps. The depth is the number of layers that
// were removed. If whole is set, the document consists only of data and the layers around it,
// so weaker evidence is sufficient to identify data.
func (s *search) text(data []byte, steps []string, depth int, whole bool) {
	if s.bytes += len(data); s.bytes > maxSearched || depth > maxLayers || len(steps) > maxSteps || len(data) == 0 {
		return
	}
	if depth > 0 {
		if id, ok := identify(membersOf(data)); ok {
			s.add(id, steps)
			return
		}
	}
	if inner, more, ok := inUTF16(data); ok {
		s.text(inner, extend(steps, more...), depth+1, whole)
		return
	}
	trimmed, space, marked := clean(data)
	steps = extend(steps, markSteps(data, marked)...)
	before := len(s.keys) + len(s.others)
	if s.document(trimmed, steps, depth, whole); len(s.keys)+len(s.others) > before {
		return
	}
	for _, unwrap := range layers() {
		inner, more, ok := unwrap(trimmed)
		if !ok {
			continue
		}
		if needsTrim(more[0], space) {
			more = append([]string{pasted.StepTrimSpace}, more...)
		}
		if s.text(inner, extend(steps, more...), depth+1, whole); len(s.keys)+len(s.others) > before {
			return
		}
	}
	if f := otherContent(data, whole); f != nil {
		s.others = append(s.others, finding{steps: steps, fault: f})
	}
}

// add records a key JSON that is the result of the steps. It does nothing if the name of a member
// in steps is part of the private key, because messages show the steps.
func (s *search) add(id identity, steps []string) {
	for _, step := range steps {
		name, isMember := strings.CutPrefix(step, pasted.StepMember)
		if isMember && len(name) >= longestPart && strings.Contains(id.text, name) {
			return
		}
	}
	s.keys = append(s.keys, finding{steps: steps, id: id})
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

// document searches a JSON document, or a YAML document that [parseYAML] supports.
func (s *search) document(text []byte, steps []string, depth int, whole bool) {
	if depth >= maxLayers {
		return
	}
	var value any
	switch {
	case json.Unmarshal(text, &value) == nil:
		steps = extend(steps, pasted.StepJSON)
	case json.Unmarshal(joinSpace(text), &value) == nil:
		steps = extend(steps, pasted.StepJoin, pasted.StepJSON)
	default:
		if members := parseYAML(text); members != nil {
			s.value(members, extend(steps, pasted.StepYAML), depth+1, true)
		}
		return
	}
	if inner, isText := value.(string); isText {
		s.text([]byte(inner), steps, depth+1, whole)
		return
	}
	s.value(value, steps, depth+1, depth == 0)
}

// joinSpace replaces each sequence of whitespace in text with a space, so that JSON whose
// strings contain line breaks becomes valid.
func joinSpace(text []byte) []byte {
	return bytes.Join(bytes.FieldsFunc(text, isSpace), []byte(" "))
}

// isSpace reports whether \s in a regular expression matches r.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }

// value searches a decoded value, which is the result of the steps. If top is set, the value is
// that of the whole document. A JSON document that is itself a key JSON is not a finding, because
// [Parse] reports the faults of its members.
func (s *search) value(value any, steps []string, depth int, top bool) {
	if len(steps) > maxSteps {
		return
	}
	switch v := value.(type) {
	case string:
		s.text([]byte(v), steps, depth, false)
	case []any:
		for i, each := range v {
			s.value(each, extend(steps, pasted.StepElement+strconv.Itoa(i)), depth, false)
		}
	case map[string]any:
		members := shallow(v)
		if id, ok := identify(members); ok && (!top || steps[len(steps)-1] == pasted.StepYAML) {
			s.add(id, extend(steps, pasted.StepEncode))
			return
		}
		if f := otherObject(members); f != nil {
			if last := len(steps) - 1; steps[last] == pasted.StepJSON || steps[last] == pasted.StepYAML {
				steps = steps[:last] // omit the step that decodes the object
			}
			s.others = append(s.others, finding{steps: steps, fault: f})
			return
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if isName(name) {
				s.value(v[name], extend(steps, pasted.StepMember+name), depth, false)
			}
		}
	}
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

// isName reports whether a step may contain name, which is the name of a member or the prefix
// that the step removes. Messages show the steps, so name must be short and printable, and must
// not contain part of a PEM.
func isName(name string) bool {
	isOdd := strings.ContainsFunc(name, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) })
	return name != "" && len(name) <= maxMemberName && !isOdd && !strings.Contains(name, pemDash)
}

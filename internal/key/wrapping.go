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

// Limits of the search. They bound the time spent on text that can be decoded in several ways.
const (
	maxSearched = 16 * MaxFileSize // maximum total length of the text that is searched
	maxLayers   = 5                // maximum number of nested layers; see origin
	maxSteps    = 32               // maximum number of steps, which also limits the nesting of members
)

// search looks for key JSONs in text that is not itself a key JSON, and for other content that users
// mistake for a key JSON. It records only content that it identifies with certainty.
//
// Three methods call each other: text removes layers such as base64 from a text, document decodes
// JSON or YAML, and value searches the strings and objects in the decoded value. Each of them reports
// whether it found anything. If so, its caller does not try to decode the same text in a different
// way.
type search struct {
	keys   []finding
	others []finding
	bytes  int // total length of the searched text
}

// finding is a key JSON or other content, and the steps that lead to it.
type finding struct {
	steps []string
	fault *fault.Fault // set for other content
	id    identity     // set for a key JSON
}

// origin describes how a text or a value was extracted from the document.
type origin struct {
	steps []string
	depth int  // number of layers removed: encodings and documents, but not the members of a document
	whole bool // whether the document contains nothing else, apart from the layers around the text or value
}

// layer returns the origin of the text that results from the given steps, which remove one layer.
func (o origin) layer(steps ...string) origin {
	before := o.steps
	if steps[0] == pasted.StepPart {
		before = withoutPrefix(before)
	}
	return origin{extend(before, steps...), o.depth + 1, o.whole}
}

// withoutPrefix returns steps without a final step that removes a prefix, and without a step directly
// before it that removes whitespace. [pasted.StepPart] removes both the prefix and the whitespace.
func withoutPrefix(steps []string) []string {
	last := len(steps) - 1
	if last < 0 || !strings.HasPrefix(steps[last], pasted.StepPrefix) {
		return steps
	}
	steps = steps[:last]
	if last := len(steps) - 1; last >= 0 && steps[last] == pasted.StepTrimSpace {
		return steps[:last]
	}
	return steps
}

// part returns the origin of the result of step, which selects a member or an element, or encodes an
// object.
func (o origin) part(step string) origin {
	return origin{extend(o.steps, step), o.depth, false}
}

// withoutDecoding returns the origin of the JSON or YAML text if the last step decodes it, and o
// otherwise.
func (o origin) withoutDecoding() origin {
	if last := len(o.steps) - 1; o.steps[last] == pasted.StepJSON || o.steps[last] == pasted.StepYAML {
		o.steps = o.steps[:last]
	}
	return o
}

func (o origin) isTooDeep() bool { return o.depth > maxLayers || len(o.steps) > maxSteps }

// wrapped returns the fault for a document that contains one or more key JSONs, or exactly one piece
// of other content. It returns nil if it cannot identify the content with certainty. If onlyKeys is
// set, it ignores other content.
func wrapped(data []byte, onlyKeys bool) *fault.Fault {
	var s search
	s.text(data, origin{whole: true})
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

// text searches data for a key JSON or other content.
func (s *search) text(data []byte, from origin) (found bool) {
	if s.bytes += len(data); s.bytes > maxSearched || from.isTooDeep() || len(data) == 0 {
		return false
	}
	if id, ok := identify(membersOf(data)); ok {
		return s.addKey(id, from)
	}
	if inner, steps, ok := inUTF16(data); ok {
		return s.text(inner, from.layer(steps...))
	}
	trimmed, space, marked := clean(data)
	from.steps = extend(from.steps, markSteps(data, marked)...)
	if s.document(trimmed, from) {
		return true
	}
	for _, unwrap := range layers() {
		inner, steps, ok := unwrap(trimmed)
		if !ok {
			continue
		}
		if needsTrim(steps[0], space) {
			steps = append([]string{pasted.StepTrimSpace}, steps...)
		}
		if s.text(inner, from.layer(steps...)) {
			return true
		}
	}
	// If the document contains nothing else, less certain signs of other content are sufficient.
	return s.addOther(otherContent(data, from.whole), from)
}

// document searches text if it is a JSON document, or a YAML document that [parseYAML] supports.
func (s *search) document(text []byte, from origin) (found bool) {
	var value any
	if json.Unmarshal(text, &value) == nil {
		return s.value(value, from.layer(pasted.StepJSON))
	}
	if json.Unmarshal(joinSpace(text), &value) == nil {
		return s.value(value, from.layer(pasted.StepJoin, pasted.StepJSON))
	}
	if members := parseYAML(text); members != nil {
		return s.value(members, from.layer(pasted.StepYAML))
	}
	return false
}

// value searches a value that was decoded from JSON or YAML.
func (s *search) value(value any, from origin) (found bool) {
	if from.isTooDeep() {
		return false
	}
	switch v := value.(type) {
	case string:
		return s.text([]byte(v), from)
	case []any:
		for i, each := range v {
			found = s.value(each, from.part(pasted.StepElement+strconv.Itoa(i))) || found
		}
	case map[string]any:
		members := shallow(v)
		if id, ok := identify(members); ok {
			return s.addKey(id, from.part(pasted.StepEncode))
		}
		if f := numericID(members); f != nil {
			if from.steps[len(from.steps)-1] == pasted.StepJSON {
				from = from.withoutDecoding()
			}
			return s.addOther(f, from)
		}
		if f := otherObject(members); f != nil {
			return s.addOther(f, from.withoutDecoding())
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if isName(name) {
				found = s.value(v[name], from.part(pasted.StepMember+name)) || found
			}
		}
	}
	return found
}

// addKey records a key JSON. It does nothing if a member name in the steps is part of the private
// key, because messages show the steps.
func (s *search) addKey(id identity, from origin) (added bool) {
	for _, step := range from.steps {
		name, isMember := strings.CutPrefix(step, pasted.StepMember)
		if isMember && len(name) >= longestPart && strings.Contains(id.text, name) {
			return false
		}
	}
	s.keys = append(s.keys, finding{steps: from.steps, id: id})
	return true
}

// addOther records the other content that f describes. It does nothing if f is nil.
func (s *search) addOther(f *fault.Fault, from origin) (added bool) {
	if f != nil {
		s.others = append(s.others, finding{steps: from.steps, fault: f})
	}
	return f != nil
}

// joinSpace replaces each sequence of whitespace in text with a space, so that JSON whose
// strings contain line breaks becomes valid.
func joinSpace(text []byte) []byte {
	return bytes.Join(bytes.FieldsFunc(text, isSpace), []byte(" "))
}

// isSpace reports whether \s in a regular expression matches r.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }

// isName reports whether a step is allowed to contain name, which is a member name or a prefix to
// remove. Messages show the steps, so name must be short and printable, and must not contain part of
// a PEM.
func isName(name string) bool {
	isOdd := strings.ContainsFunc(name, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) })
	return name != "" && len(name) <= maxMemberName && !isOdd && !strings.Contains(name, pemDash)
}

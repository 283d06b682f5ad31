package key_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
)

// apply applies the steps of a fault, which describe how to extract a key JSON, to a document and
// returns the result. It fails the test or panics if a step is unknown or its input cannot be
// decoded. The decoders are as strict as those in common programming languages, because users must be
// able to follow the steps.
func apply(t testing.TB, data []byte, steps []string) []byte {
	t.Helper()
	var value any
	for _, step := range steps {
		name, argument, _ := strings.Cut(step, ":")
		switch text := string(data); name {
		case "trim-space":
			data = []byte(strings.TrimSpace(text))
		case "trim":
			data = []byte(strings.Trim(text, argument))
		case "prefix":
			data = []byte(strings.TrimPrefix(text, argument))
		case "compact":
			data = []byte(regexp.MustCompile(`\s+`).ReplaceAllString(text, ""))
		case "bom":
			data = []byte(strings.TrimPrefix(text, "\ufeff"))
		case "join":
			data = []byte(regexp.MustCompile(`\s+`).ReplaceAllString(text, " "))
		case "undouble":
			data = []byte(strings.ReplaceAll(text, `""`, `"`))
		case "quote":
			data = []byte(`"` + text + `"`)
		case "part":
			data = regexp.MustCompile(`(?s)[{].*[}]`).Find(data)
		case "standard":
			data = []byte(strings.NewReplacer("-", "+", "_", "/").Replace(text))
		case "pad":
			data = []byte(text + argument)
		case "base64":
			data = must(base64.StdEncoding.DecodeString(text))
		case "utf-16le", "utf-16be":
			data = decodeUTF16(data, name == "utf-16le")
		case "json":
			if value = nil; json.Unmarshal(data, &value) != nil {
				t.Fatalf("the input of a json step in %q is not valid JSON", steps)
			}
		case "yaml":
			value = simpleYAML(text)
		case "member":
			members, _ := value.(map[string]any)
			value = members[argument]
		case "element":
			value = value.([]any)[must(strconv.Atoi(argument))]
		case "encode":
			data, value = must(json.Marshal(value)), nil
		default:
			t.Fatalf("unknown step %q", step)
		}
		if inner, ok := value.(string); ok {
			data, value = []byte(inner), nil
		}
	}
	return data
}

// decodeUTF16 decodes UTF-16. The byte order is little-endian if isLittle is set, and big-endian
// otherwise.
func decodeUTF16(data []byte, isLittle bool) []byte {
	var order binary.ByteOrder = binary.BigEndian
	if isLittle {
		order = binary.LittleEndian
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// simpleYAML decodes the YAML in testdata/forms: mappings of up to two levels, and literal blocks.
func simpleYAML(text string) map[string]any {
	top := map[string]any{}
	at, literal := top, ""
	for line := range strings.Lines(text) {
		content := strings.TrimSpace(line)
		indent := len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace))
		name, value, isPair := strings.Cut(content, ": ")
		nested, isName := strings.CutSuffix(content, ":")
		switch {
		case content == "---" || strings.HasPrefix(content, "#"):
		case isPair && strings.TrimSpace(value) == "|":
			literal = name
			at[name] = ""
		case literal != "" && indent > 0:
			at[literal] = at[literal].(string) + content + "\n"
		case isName:
			inner := map[string]any{}
			top[nested], at = inner, inner
		case isPair:
			if literal = ""; indent == 0 {
				at = top
			}
			at[name] = strings.Trim(value, `"'`)
		default:
			panic(fmt.Sprintf("cannot decode a line of %d bytes", len(line)))
		}
	}
	return top
}

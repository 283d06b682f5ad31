package key

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// A layer removes one kind of wrapping from text. It returns the inner text and the steps that
// extract it. It returns false unless text definitely has this wrapping.
type layer func(text []byte) (inner []byte, steps []string, ok bool)

// layers returns the layers in the order in which [search.text] tries them, after UTF-16, JSON and
// YAML.
func layers() []layer {
	return []layer{inBase64, afterPrefix, inQuotes, inDoubledQuotes, withoutQuotes, inOtherText}
}

// inUTF16 decodes UTF-16, with or without a byte order mark.
func inUTF16(text []byte) ([]byte, []string, bool) {
	if len(text) < 4 || len(text)%2 != 0 {
		return nil, nil, false
	}
	var order binary.ByteOrder
	step := pasted.StepUTF16Little
	switch mark := binary.BigEndian.Uint16(text); {
	case mark == 0xfffe || text[0] != 0 && text[1] == 0 && text[2] != 0:
		order = binary.LittleEndian
	case mark == 0xfeff || text[0] == 0 && text[1] != 0 && text[2] == 0:
		order, step = binary.BigEndian, pasted.StepUTF16Big
	default:
		return nil, nil, false
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units))), []string{step}, true
}

// inBase64 decodes base64 as [pasted.DecodeBase64] does. It also decodes base64 that was cut off
// after the first of the four characters in a group, if the result is truncated JSON.
func inBase64(text []byte) ([]byte, []string, bool) {
	const shortest = 16
	if len(text) < shortest {
		return nil, nil, false
	}
	decoded, steps, ok := pasted.DecodeBase64(string(text))
	if !ok {
		decoded, steps, ok = pasted.DecodeBase64(string(text[:len(text)-1]))
		ok = ok && truncated(decoded) != nil
	}
	return decoded, steps, ok
}

// afterPrefix removes the beginning of an assignment to an environment variable, such as "KEY=", or a
// prefix that marks the rest as base64, such as the prefix of a data URL (RFC 2397).
func afterPrefix(text []byte) ([]byte, []string, bool) {
	const longest = 63
	start := string(text[:min(len(text), longest)])
	prefix := ""
	if end := strings.Index(start, ";base64,"); strings.HasPrefix(start, "data:") && end > 0 {
		prefix = start[:end+len(";base64,")]
	}
	for _, known := range []string{"base64:", "base64,", "b64:"} {
		if strings.HasPrefix(start, known) {
			prefix = known
		}
	}
	if name, _, found := strings.Cut(start, "="); found && isVariable(strings.TrimPrefix(name, "export ")) {
		prefix = name + "="
	}
	return text[len(prefix):], []string{pasted.StepPrefix + prefix}, isName(prefix)
}

// isVariable reports whether name has the form of an environment variable name: uppercase
// letters, digits and underscores.
func isVariable(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
}

// inQuotes removes one pair of quotes around text, such as those in shell commands and
// .env files.
func inQuotes(text []byte) ([]byte, []string, bool) {
	for _, mark := range []string{"'", `"`, "`"} {
		if inner := strings.Trim(string(text), mark); strings.HasPrefix(string(text), mark) &&
			len(inner) == len(text)-2 {
			return []byte(inner), []string{pasted.StepTrim + mark}, true
		}
	}
	return nil, nil, false
}

// inDoubledQuotes decodes a quoted field of a CSV file, in which each inner quote is doubled.
func inDoubledQuotes(text []byte) ([]byte, []string, bool) {
	if !bytes.HasPrefix(text, []byte(`"`)) || !bytes.Contains(text, []byte(`""`)) {
		return nil, nil, false
	}
	inner := strings.ReplaceAll(strings.Trim(string(text), `"`), `""`, `"`)
	return []byte(inner), []string{pasted.StepTrim + `"`, pasted.StepUndouble}, true
}

// withoutQuotes decodes a JSON string whose enclosing quotes are missing. The quotes inside the
// string are still escaped with backslashes.
func withoutQuotes(text []byte) ([]byte, []string, bool) {
	if !bytes.HasPrefix(text, []byte(`{`)) || !bytes.Contains(text, []byte(`\"`)) {
		return nil, nil, false
	}
	var inner string
	err := json.Unmarshal(slices.Concat([]byte(`"`), text, []byte(`"`)), &inner)
	return []byte(inner), []string{pasted.StepQuote, pasted.StepJSON}, err == nil
}

// inOtherText extracts a JSON object from surrounding text, such as a warning in the output of
// a command, or the fences of a Markdown code block.
func inOtherText(text []byte) ([]byte, []string, bool) {
	start, end := bytes.IndexByte(text, '{'), bytes.LastIndexByte(text, '}')
	if start < 0 || end < start || end-start+1 == len(text) {
		return nil, nil, false
	}
	return text[start : end+1], []string{pasted.StepPart}, true
}

package message

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// addKeyValues adds the placeholders of messages about a key JSON:
//
//   - it: the subject of the message, which is the key JSON or one of its members
//   - place: where the document contains the key JSON, or "" if the key JSON is the whole document
//   - inside: place in parentheses, with a space before them, or "" if place is empty
//   - source: an HCL expression for the document
//   - expression: an HCL expression for the key JSON, or for what the document contains instead
//   - decoded: an HCL expression for the same value, decoded from JSON; for key-member-encoded, for the
//     object that contains the encoded member
//
// The fault has the value "steps" (see package pasted) and, if the document is a file, the
// value "path".
func addKeyValues(values map[string]string, f *fault.Fault) {
	if !strings.HasPrefix(f.Code, "key-") {
		return
	}
	values["it"] = "The key JSON"
	if member, ok := f.Values["member"].(string); ok {
		values["it"] = fmt.Sprintf("Member %q", member)
	}
	steps, hasSteps := f.Values["steps"].([]string)
	if !hasSteps {
		steps = nil
	}
	values["source"] = "..."
	if path, ok := f.Values["path"].(string); ok && hasSteps {
		values["source"] = "file(" + quote(path) + ")"
	}
	values["expression"] = expression(values["source"], steps)
	values["decoded"] = document(values["source"], steps)
	if i := slices.Index(steps, pasted.StepMember+"key"); f.Code == "key-member-encoded" && i >= 0 {
		values["decoded"] = expression(values["source"], steps[:i])
		steps = nil
	}
	values["inside"] = ""
	if values["place"] = place(steps); values["place"] != "" {
		values["inside"] = " (" + values["place"] + ")"
	}
}

// addExpressions adds the placeholders of messages about a value that was copied together with
// other text. The placeholder "expression" applies the fault's steps to the value, and
// "file_expression" applies them to the file that contains the value. addExpressions adds nothing
// for a key JSON (see addKeyValues), for a fault without steps, or for a value from an environment
// variable, which cannot contain an expression.
func addExpressions(values map[string]string, f *fault.Fault) {
	steps, _ := f.Values["steps"].([]string)
	if len(steps) > 0 && f.Values["variable"] == nil && !strings.HasPrefix(f.Code, "key-") {
		values["expression"] = expression("...", steps)
		values["file_expression"] = expression("file(...)", steps)
	}
}

// expression returns the HCL expression that applies the steps to source.
func expression(source string, steps []string) string {
	for i, step := range steps {
		switch name, argument := pasted.CutStep(step); name {
		case pasted.StepTrimSpace:
			source = "trimspace(" + source + ")"
		case pasted.StepTrim:
			source = fmt.Sprintf("trim(%s, %s)", source, quote(argument))
		case pasted.StepPrefix:
			source = fmt.Sprintf("trimprefix(%s, %s)", source, quote(argument))
		case pasted.StepCompact:
			source = fmt.Sprintf(`replace(%s, "/\\s+/", "")`, source)
		case pasted.StepPlus:
			source = fmt.Sprintf(`replace(%s, " ", "+")`, source)
		case pasted.StepPercent:
			source = fmt.Sprintf(`replace(replace(replace(%s, "/%%2[Bb]/", "+"), "/%%2[Ff]/", "/"), "/%%3[Dd]/", "=")`, source)
		case pasted.StepNoMark:
			source = fmt.Sprintf(`trimprefix(%s, "\ufeff")`, source)
		case pasted.StepJoin:
			source = fmt.Sprintf(`replace(%s, "/\\s+/", " ")`, source)
		case pasted.StepUndouble:
			source = fmt.Sprintf(`replace(%s, "\"\"", "\"")`, source)
		case pasted.StepQuote:
			source = `"\"${` + source + `}\""`
		case pasted.StepPart:
			source = fmt.Sprintf(`regex("(?s)[{].*[}]", %s)`, source)
		case pasted.StepStandard:
			source = fmt.Sprintf(`replace(replace(%s, "-", "+"), "_", "/")`, source)
		case pasted.StepPad:
			source = `"${` + source + "}" + argument + `"`
		case pasted.StepBase64:
			if i+1 == len(steps) || !isUTF16(steps[i+1]) {
				source = "base64decode(" + source + ")"
			}
		case pasted.StepUTF16Little, pasted.StepUTF16Big:
			source = fmt.Sprintf("textdecodebase64(%s, %q)", inBase64(source, steps[:i]), strings.ToUpper(name))
		case pasted.StepJSON, pasted.StepYAML:
			source = name + "decode(" + source + ")"
		case pasted.StepEncode:
			source = "jsonencode(" + source + ")"
		default:
			source += traversal(step)
		}
	}
	return source
}

// isUTF16 reports whether a step decodes UTF-16.
func isUTF16(step string) bool { return step == pasted.StepUTF16Little || step == pasted.StepUTF16Big }

// inBase64 returns an HCL expression for source in base64. preceding contains the steps before
// the current one. If the last of them is [pasted.StepBase64], source is already in base64, because
// [expression] has skipped that step.
func inBase64(source string, preceding []string) string {
	switch {
	case len(preceding) > 0 && preceding[len(preceding)-1] == pasted.StepBase64:
		return source
	case strings.HasPrefix(source, "file(") && len(preceding) == 0:
		return "filebase64" + strings.TrimPrefix(source, "file")
	}
	return "base64encode(" + source + ")"
}

// document returns an HCL expression for the value that results from applying the steps to
// source and decoding the resulting JSON.
func document(source string, steps []string) string {
	if last := len(steps) - 1; last >= 0 && steps[last] == pasted.StepEncode {
		return expression(source, steps[:last])
	}
	return "jsondecode(" + expression(source, steps) + ")"
}

// traversal returns the HCL for a step that selects a member or an element.
func traversal(step string) string {
	name, argument := pasted.CutStep(step)
	switch {
	case name == pasted.StepElement:
		return "[" + argument + "]"
	case regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(argument):
		return "." + argument
	}
	return "[" + quote(argument) + "]"
}

// quote returns text as an HCL string literal.
func quote(text string) string {
	text = strconv.Quote(text)
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}

// place describes where a document contains a key JSON. The innermost layer comes first:
//
//	in base64, in member "data.key" of a JSON document
func place(steps []string) string {
	var layers []string
	for i := 0; i < len(steps); i++ {
		name, _ := pasted.CutStep(steps[i])
		layer := map[string]string{
			pasted.StepBase64: "in base64", pasted.StepUTF16Little: "in UTF-16", pasted.StepUTF16Big: "in UTF-16",
			pasted.StepJSON: "in a JSON string", pasted.StepPart: "surrounded by other text",
			pasted.StepTrim: "in quotes", pasted.StepPrefix: "after other text",
			pasted.StepQuote: "in a JSON string without its quotes", pasted.StepYAML: "in YAML",
		}[name]
		if name == pasted.StepQuote {
			i++ // the next step decodes the JSON string
		} else if inner := traversals(steps[i+1:]); inner != "" && (name == pasted.StepJSON || name == pasted.StepYAML) {
			layer = "in " + inner + " of a " + strings.ToUpper(name) + " document"
		}
		if layer != "" {
			layers = append(layers, layer)
		}
	}
	slices.Reverse(layers)
	return strings.Join(counted(layers), ", ")
}

// counted replaces each run of identical texts with one text and a count, such as "in base64 twice".
func counted(texts []string) (result []string) {
	for i := 0; i < len(texts); {
		first := i
		for i < len(texts) && texts[i] == texts[first] {
			i++
		}
		switch n := i - first; n {
		case 1:
			result = append(result, texts[first])
		case 2:
			result = append(result, texts[first]+" twice")
		default:
			result = append(result, fmt.Sprintf("%s %d times", texts[first], n))
		}
	}
	return result
}

// traversals describes, in HCL syntax, the members and elements that the first steps select, for
// example `member "data.key"`. It returns "" if the first step selects neither.
func traversals(steps []string) string {
	var b strings.Builder
	for _, step := range steps {
		if name, _ := pasted.CutStep(step); name != pasted.StepMember && name != pasted.StepElement {
			break
		}
		b.WriteString(traversal(step))
	}
	text := strings.TrimPrefix(b.String(), ".")
	switch {
	case text == "":
		return ""
	case strings.HasPrefix(steps[0], pasted.StepElement):
		return "element " + text
	case !strings.Contains(text, `"`):
		return `member "` + text + `"`
	case len(traversal(steps[0])) == len(text):
		return "member " + strings.Trim(text, "[]")
	}
	return "member " + text
}

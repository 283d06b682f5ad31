package message

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// addKeyValues adds the placeholders of messages about a key JSON:
//
//   - it: the subject of the message, which is the key JSON or one of its members
//   - inside: the place of the key JSON in the document, in parentheses after a space, or
//     "" if the key JSON is the whole document
//   - place: the place without the space and the parentheses
//   - source: an HCL expression for the document
//   - expression: an HCL expression for the key JSON, or for the value in its place
//   - decoded: an HCL expression for that value, decoded from JSON
//
// The fault has the value "steps" (see package key) and, if the document is a file, the
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
	if i := slices.Index(steps, "member:key"); f.Code == "key-member-encoded" && i >= 0 {
		values["decoded"] = expression(values["source"], steps[:i])
		steps = nil
	}
	values["inside"] = ""
	if values["place"] = place(steps); values["place"] != "" {
		values["inside"] = " (" + values["place"] + ")"
	}
}

// addExpressions adds the placeholders of messages about a value that was copied together
// with other text. The placeholder "expression" applies the steps of the fault to the value,
// and "file_expression" applies them to the file that contains the value. addExpressions
// adds nothing if the fault has no steps, or if the value comes from an environment variable,
// which cannot contain an expression.
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
		name, argument, _ := strings.Cut(step, ":")
		switch name {
		case "trim-space":
			source = "trimspace(" + source + ")"
		case "trim":
			source = fmt.Sprintf("trim(%s, %s)", source, quote(argument))
		case "prefix":
			source = fmt.Sprintf("trimprefix(%s, %s)", source, quote(argument))
		case "compact":
			source = fmt.Sprintf(`replace(%s, "/\\s+/", "")`, source)
		case "plus":
			source = fmt.Sprintf(`replace(%s, " ", "+")`, source)
		case "percent":
			source = fmt.Sprintf(`replace(replace(replace(%s, "/%%2[Bb]/", "+"), "/%%2[Ff]/", "/"), "/%%3[Dd]/", "=")`, source)
		case "bom":
			source = fmt.Sprintf(`trimprefix(%s, "\ufeff")`, source)
		case "join":
			source = fmt.Sprintf(`replace(%s, "/\\s+/", " ")`, source)
		case "undouble":
			source = fmt.Sprintf(`replace(%s, "\"\"", "\"")`, source)
		case "quote":
			source = `"\"${` + source + `}\""`
		case "part":
			source = fmt.Sprintf(`regex("(?s)[{].*[}]", %s)`, source)
		case "standard":
			source = fmt.Sprintf(`replace(replace(%s, "-", "+"), "_", "/")`, source)
		case "pad":
			source = `"${` + source + "}" + argument + `"`
		case "base64":
			if i+1 == len(steps) || !strings.HasPrefix(steps[i+1], "utf-16") {
				source = "base64decode(" + source + ")"
			}
		case "utf-16le", "utf-16be":
			source = fmt.Sprintf("textdecodebase64(%s, %q)", inBase64(source, steps[:i]), strings.ToUpper(name))
		case "json", "yaml":
			source = name + "decode(" + source + ")"
		case "encode":
			source = "jsonencode(" + source + ")"
		default:
			source += traversal(step)
		}
	}
	return source
}

// inBase64 returns an HCL expression for source in base64. before contains the preceding
// steps. If the last of them is "base64", source is already in base64, because [expression]
// has skipped that step.
func inBase64(source string, before []string) string {
	switch {
	case len(before) > 0 && before[len(before)-1] == "base64":
		return source
	case strings.HasPrefix(source, "file(") && len(before) == 0:
		return "filebase64" + strings.TrimPrefix(source, "file")
	}
	return "base64encode(" + source + ")"
}

// document returns an HCL expression for the value that results from applying the steps to
// source and decoding the resulting JSON.
func document(source string, steps []string) string {
	if last := len(steps) - 1; last >= 0 && steps[last] == "encode" {
		return expression(source, steps[:last])
	}
	return "jsondecode(" + expression(source, steps) + ")"
}

// traversal returns the HCL for a step that selects a member or an element.
func traversal(step string) string {
	name, argument, _ := strings.Cut(step, ":")
	switch {
	case name == "element":
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
		layer := map[string]string{
			"base64": "in base64", "utf-16le": "in UTF-16", "utf-16be": "in UTF-16", "json": "in a JSON string",
			"part": "surrounded by other text", "trim": "in quotes", "prefix": "after other " +
				"text", "quote": "in a JSON string without its quotes",
		}[strings.SplitN(steps[i], ":", 2)[0]]
		if steps[i] == "quote" {
			i++ // the next step decodes the JSON string
		} else if inner := traversals(steps[i+1:]); inner != "" && (steps[i] == "json" || steps[i] == "yaml") {
			layer = "in " + inner + " of a " + strings.ToUpper(steps[i]) + " document"
		} else if steps[i] == "yaml" {
			layer = "in YAML"
		}
		if layer != "" {
			layers = append(layers, layer)
		}
	}
	slices.Reverse(layers)
	return strings.Join(counted(layers), ", ")
}

// counted returns texts with each sequence of equal texts replaced by one of them and its count,
// such as "in base64 twice".
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

// traversals describes the members and elements that the first steps select, in HCL syntax,
// such as member "data.key". It returns "" if there are none.
func traversals(steps []string) string {
	var b strings.Builder
	for _, step := range steps {
		if !strings.HasPrefix(step, "member:") && !strings.HasPrefix(step, "element:") {
			break
		}
		b.WriteString(traversal(step))
	}
	text := strings.TrimPrefix(b.String(), ".")
	switch {
	case text == "":
		return ""
	case strings.HasPrefix(steps[0], "element:"):
		return "element " + text
	case !strings.Contains(text, `"`):
		return `member "` + text + `"`
	case len(traversal(steps[0])) == len(text):
		return "member " + strings.Trim(text, "[]")
	}
	return "member " + text
}

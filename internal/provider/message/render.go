package message

import (
	"fmt"
	"strings"
	"sync"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Text describes f in sentences. It executes the message's template with the values of f, which
// it converts to text as follows:
//
//   - a time becomes an RFC 3339 timestamp in UTC, or "" if it is zero
//   - a duration is written as in HCL
//   - a list becomes up to 20 entries in quotes, or "" if it is empty
//   - a bool becomes "true" or ""
//   - an error becomes sentences that describe the error and the next steps; the placeholder
//     "because" contains only the description, as part of a sentence
func Text(f *fault.Fault) string {
	m, isKnown := byCode()[f.Code]
	if !isKnown {
		return f.Error()
	}
	return execute(m.Text, f)
}

// Next describes what to do about f, in sentences. It returns "" if Text already describes it,
// or if there is nothing to do.
func Next(f *fault.Fault) string {
	m := byCode()[f.Code]
	if f.Values["variable"] != nil && m.Variable != "" {
		return execute(m.Variable, f)
	}
	return execute(m.Next, f)
}

// Advice describes f and what to do about it, in sentences.
func Advice(f *fault.Fault) string {
	text := Text(f)
	if reason := f.Unwrap(); reason != nil && strings.HasSuffix(text, ":") {
		text += " " + Sentences(reason)
	}
	return strings.TrimSpace(text + " " + Next(f))
}

// Sentences describes all faults in err and what to do about them. If err contains no fault,
// Sentences returns the text of err as a sentence.
func Sentences(err error) string {
	faults := fault.All(err)
	if len(faults) == 0 {
		return sentence(err.Error())
	}
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = Advice(f)
	}
	return strings.Join(texts, " ")
}

// maxReasons is the maximum number of faults that a clause describes.
const maxReasons = 5

// clause describes the faults in err as part of a sentence. It describes at most maxReasons
// of them.
func clause(err error) string {
	faults := fault.All(err)
	if len(faults) == 0 {
		return fault.Printable(err.Error(), 300)
	}
	var texts []string
	for i, f := range faults {
		if i == maxReasons {
			texts = append(texts, fmt.Sprintf("and %d more", len(faults)-maxReasons))
			break
		}
		texts = append(texts, uncapitalized(strings.TrimSuffix(Text(f), ".")))
	}
	return strings.Join(texts, "; ")
}

// templates caches parsed templates, keyed by their text.
var templates sync.Map

// common defines templates that several messages use.
const common = `{{define "grant"}}{{with .organization}}(granted by organization {{.}}) {{end}}` +
	`{{if .project}}in project {{.project}}` +
	`{{else}}in the project of the application that introspects the token{{end}}{{end}}` +
	`{{define "proxy"}}{{if .from_environment}}the environment{{else}}{{.proxy_url_setting}}{{end}}{{end}}` +
	`{{define "log"}}{{if .request_id}}Look up the request ID in ZITADEL's log.` +
	`{{else}}Look for the request in ZITADEL's log. It was sent at {{.time}}.{{end}}{{end}}` +
	`{{define "clocks"}}The server's clock is {{.skew}} {{if .behind}}behind{{else}}ahead of{{end}} ` +
	`this machine's clock{{end}}`

// Template parses the template in a field of a [Message]. It panics if text is not a valid template.
func Template(text string) *template.Template {
	if found, isParsed := templates.Load(text); isParsed {
		if parsed, isTemplate := found.(*template.Template); isTemplate {
			return parsed
		}
	}
	parsed := template.Must(template.Must(template.New("").Parse(common)).Parse(text))
	templates.Store(text, parsed)
	return parsed
}

// execute executes the template text with the values of f.
func execute(text string, f *fault.Fault) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	values := map[string]string{}
	for key, value := range f.Values {
		values[key] = format(value)
		if err, isError := value.(error); isError {
			values["because"] = clause(err)
		}
	}
	addSettings(values)
	addKeyValues(values, f)
	addExpressions(values, f)
	var b strings.Builder
	if err := Template(text).Execute(&b, values); err != nil {
		return f.Error()
	}
	return b.String()
}

// format converts a value of a fault to text; see [Text].
func format(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		if v {
			return "true"
		}
		return ""
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339)
	case time.Duration:
		return Duration(v)
	case []string:
		return list(v)
	case error:
		return Sentences(v)
	}
	return fmt.Sprint(value)
}

// Duration formats d as a user would write it in HCL: "30m", not "30m0s".
func Duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// list formats up to 20 entries in quotes, followed by the number of the remaining entries.
func list(entries []string) string {
	const most = 20
	var quoted []string
	for i, entry := range entries {
		if i == most {
			quoted = append(quoted, fmt.Sprintf("and %d more", len(entries)-most))
			break
		}
		quoted = append(quoted, `"`+fault.Printable(entry, 200)+`"`)
	}
	return strings.Join(quoted, ", ")
}

// Enumeration formats items as a list in a sentence: "a", "a and b" or "a, b and c".
func Enumeration(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

// sentence formats the text of an error without faults as a sentence.
func sentence(text string) string {
	text = fault.Printable(text, 500)
	first, size := utf8.DecodeRuneInString(text)
	return strings.TrimSuffix(string(unicode.ToUpper(first))+text[size:], ".") + "."
}

// uncapitalized returns text with its first letter in lower case, unless the first word is
// an abbreviation or a name, such as "JSON".
func uncapitalized(text string) string {
	word, _, _ := strings.Cut(text, " ")
	if strings.ToUpper(word) == word && len(word) > 1 || strings.HasPrefix(word, "ZITADEL") {
		return text
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

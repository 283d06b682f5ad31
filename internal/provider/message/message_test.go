package message_test

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// messages returns all messages, keyed by code.
func messages(t *testing.T) map[string]message.Message {
	t.Helper()
	all := map[string]message.Message{}
	for _, section := range message.Sections() {
		for _, m := range section.Messages {
			if _, isKnown := all[m.Code]; isKnown {
				t.Errorf("code %q is declared twice", m.Code)
			}
			all[m.Code] = m
		}
	}
	return all
}

func TestCodes(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	failures := []string{
		token.Inactive, token.OpaqueToken, token.Malformed, token.AlgorithmNotAllowed, token.UnknownKey,
		token.BadSignature, token.WrongIssuer, token.Expired, token.NotYetValid, token.NotAccessToken,
		token.MissingAudience, token.MissingScope, token.MissingRole, token.Impersonated,
	}
	var described []string
	for code, m := range messages(t) {
		if !kebab.MatchString(code) {
			t.Errorf("code %q is not in lower case with hyphens", code)
		}
		if m.Failure == "" {
			continue
		}
		described = append(described, m.Failure)
		if !slices.Contains(failures, m.Failure) {
			t.Errorf("%s: package token has no failure %q", code, m.Failure)
		}
	}
	for _, failure := range failures {
		if !slices.Contains(described, failure) {
			t.Errorf("failure %q has no message", failure)
		}
	}
}

// unwanted matches words that personify programs, and phrases that are not plain English.
var unwanted = regexp.MustCompile(`(?i)\b(asks?|asked|asking|answer\w*|says?|said|tells?|told|untold|knows?|wants?|` +
	`refus\w+|speaks?|who|whose|whoever|somebody|nobody|letter by letter|is no|are no|` +
	`has ended|have ended|ends at|ended at|` +
	`white space|look like a no|belongs? into|practitioners?|faults?|lives|kept|held|a no)\b`)

// accepted removes the uses of these words that are allowed.
var accepted = strings.NewReplacer(
	"The connection was refused", "", // the term that RFC 9293 and operating systems use
	"instance whose", "", "credentials whose", "", "application whose", "", "project whose", "", "JWT whose", "",
	"request whose", "", "assertion whose", "",
)

func TestStyle(t *testing.T) {
	check := func(name, text string) {
		if found := unwanted.FindString(accepted.Replace(text)); found != "" {
			t.Errorf("%s contains %q: %s", name, found, text)
		}
		if regexp.MustCompile(`[^ \n] {2,}`).MatchString(text) || strings.TrimSpace(text) != text {
			t.Errorf("%s contains superfluous spaces: %q", name, text)
		}
		if strings.Contains(text, "id ") && regexp.MustCompile(`\b(an?|the|user|client|key|project) id\b`).MatchString(text) {
			t.Errorf(`%s contains "id" instead of "ID": %s`, name, text)
		}
	}
	sentences := func(name, text string, last ...string) {
		check(name, text)
		if !slices.ContainsFunc(last, func(end string) bool { return strings.HasSuffix(text, end) }) {
			t.Errorf("%s does not end with any of %q: %s", name, last, text)
		}
		first, _ := utf8.DecodeRuneInString(text)
		startsWithArgument := regexp.MustCompile(`^[a-z]+(_[a-z]+)+ |^port |^insecure `).MatchString(text)
		if !unicode.IsUpper(first) && !strings.ContainsRune("{\"`", first) && !startsWithArgument {
			t.Errorf("%s does not start with a capital, a value or an argument: %s", name, text)
		}
	}
	for _, section := range message.Sections() {
		check("the title of "+section.Title, section.Title)
		if section.Intro != "" {
			sentences("the intro of "+section.Title, section.Intro, ".")
		}
		for _, m := range section.Messages {
			check(m.Code+": Summary", m.Summary)
			if m.Text != "{{.reason}}" {
				sentences(m.Code+": Text", m.Text, ".", ":", ".{{end}}", ". {{.reason}}")
			}
			if m.Next != "" {
				sentences(m.Code+": Next", m.Next, ".", `{{template "log" .}}`)
			}
			if m.Guide != "" {
				sentences(m.Code+": Guide", m.Guide, ".")
			}
		}
	}
}

// placeholders contains the names of the placeholders in a message. A fault must have a value for
// each required placeholder. Optional placeholders appear only in conditions and in optional parts
// of the message.
type placeholders struct{ required, optional map[string]bool }

// placeholdersOf returns the placeholders in the templates of m.
func placeholdersOf(t *testing.T, m message.Message) placeholders {
	t.Helper()
	p := placeholders{map[string]bool{}, map[string]bool{}}
	for _, text := range []string{m.Text, m.Next} {
		parsed := message.Template(text)
		var walk func(node parse.Node, names map[string]bool)
		walk = func(node parse.Node, names map[string]bool) {
			branch := func(b *parse.BranchNode) {
				walk(b.Pipe, p.optional)
				walk(b.List, p.optional)
				if b.ElseList != nil {
					walk(b.ElseList, p.optional)
				}
			}
			switch n := node.(type) {
			case *parse.ListNode:
				for _, each := range n.Nodes {
					walk(each, names)
				}
			case *parse.ActionNode:
				walk(n.Pipe, names)
			case *parse.PipeNode:
				for _, command := range n.Cmds {
					for _, argument := range command.Args {
						walk(argument, names)
					}
				}
			case *parse.FieldNode:
				names[n.Ident[0]] = true
			case *parse.IfNode:
				branch(&n.BranchNode)
			case *parse.WithNode:
				branch(&n.BranchNode)
			case *parse.TemplateNode:
				walk(parsed.Lookup(n.Name).Root, names)
			case *parse.TextNode, *parse.StringNode, *parse.DotNode, *parse.IdentifierNode:
			default:
				t.Fatalf("%s: the test does not support %T", m.Code, node)
			}
		}
		walk(parsed.Root, p.required)
	}
	return p
}

// example returns a value for a placeholder.
func example(placeholder string) any {
	switch placeholder {
	case "expires_at", "issued_at", "valid_from", "now", "time":
		return time.Date(2030, time.January, 31, 0, 0, 0, 0, time.UTC)
	case "timeout", "skew", "limit", "least", "most", "lifetime", "min_validity":
		return 90 * time.Minute
	case "several", "behind", "from_environment", "by_domain":
		return true
	case "missing", "applicable", "audience", "scopes", "allowed", "projects", "requested":
		return []string{"one", "two"}
	case "reason":
		return fault.New("json-invalid")
	case "status", "depth", "parts", "bits", "min", "max", "max_kib":
		return 7
	}
	return "the-" + placeholder
}

// TestRendered checks that each message is complete, both with and without its optional parts.
func TestRendered(t *testing.T) {
	broken := regexp.MustCompile(`<no value>|""|  |\(\)| [.,;:]( |$)|\{\{|%!|\d{4}-00`)
	for code, m := range messages(t) {
		names := placeholdersOf(t, m)
		for _, withOptional := range []bool{true, false} {
			var values []any
			add := func(name string) {
				if name == "because" {
					name = "reason"
				}
				values = append(values, name, example(name))
			}
			for name := range names.required {
				add(name)
			}
			for name := range names.optional {
				// A message without a request ID contains the time of the request instead.
				if withOptional || name == "time" || name == "skew" {
					add(name)
				}
			}
			if strings.HasPrefix(code, "key-") {
				values = append(values, "steps", []string{"json", "member:data", "base64"})
			}
			f := fault.New(code, values...)
			for _, text := range []string{message.Text(f), message.Next(f)} {
				if found := broken.FindString(text); found != "" {
					t.Errorf("%s contains %q: %s", code, found, text)
				}
			}
			for name := range names.required {
				value, isText := example(name).(string)
				if isText && name != "because" && !slices.Contains(slices.Concat(derived, fromSettings), name) &&
					!strings.Contains(message.Advice(f), value) {
					t.Errorf("%s does not contain %q: %s", code, value, message.Advice(f))
				}
			}
		}
	}
}

// TestSummaries checks that each diagnostic has the summary of its message, contains the code, and
// ends with a link to the code's section in the troubleshooting guide.
func TestSummaries(t *testing.T) {
	for code, m := range messages(t) {
		summary, detail := message.Diagnostic("do it", fault.New(code), message.Settings{})
		if want := cmp.Or(m.Summary, "Unable to do it"); summary != want {
			t.Errorf("%s: summary %q, want %q", code, summary, want)
		}
		failed, _ := message.Diagnostic("", &zitadel.Error{Op: "do it", Problem: fault.New(code)}, message.Settings{})
		if m.Argument != "" && m.Summary == "" && failed != message.ProviderSummary(m.Argument) {
			t.Errorf("%s: a failed request has the summary %q, want %q",
				code, failed, message.ProviderSummary(m.Argument))
		}
		fromEnvironment := fault.New(code, "from_environment", true)
		failed, _ = message.Diagnostic("", &zitadel.Error{Op: "do it", Problem: fromEnvironment}, message.Settings{})
		if m.Argument != "" && m.Summary == "" && failed != message.EnvironmentSummary {
			t.Errorf("%s: a failed request with settings from the environment has the summary %q, want %q",
				code, failed, message.EnvironmentSummary)
		}
		if !strings.Contains(detail, "["+code+"]") || !strings.HasSuffix(detail, "troubleshooting.md#"+code) {
			t.Errorf("%s: the detail lacks the code or the link: %s", code, detail)
		}
	}
}

// TestOrganizationOfRoles checks that messages about missing roles relate the organization to the roles
// and not to the token, and that the next step names it.
func TestOrganizationOfRoles(t *testing.T) {
	for code, m := range messages(t) {
		if !strings.Contains(m.Text, `template "grant"`) {
			continue
		}
		f := fault.New(code, "missing", []string{"reader"}, "organization", "1", "reason", fault.New("token-opaque"))
		if want := `"reader" (granted by organization 1) in the project`; !strings.Contains(message.Text(f), want) {
			t.Errorf("%s does not contain %q: %s", code, want, message.Text(f))
		}
		if next := message.Next(f); strings.Contains(next, "that project") && !strings.Contains(next, "organization 1") {
			t.Errorf("the next step of %s does not name the organization: %s", code, next)
		}
	}
}

// sorted returns the keys of a map in sorted order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

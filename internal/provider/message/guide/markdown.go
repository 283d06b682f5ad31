package main

import (
	"regexp"
	"strings"
	"text/template/parse"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// markdown converts the template of a message to Markdown. It replaces each placeholder with a
// name for its value, in italics, and puts optional parts and alternatives in brackets.
func markdown(text string) string {
	t := message.Template(text)
	var walk func(node parse.Node, dot string) string
	walk = func(node parse.Node, dot string) string {
		switch n := node.(type) {
		case *parse.ListNode:
			var b strings.Builder
			for _, each := range n.Nodes {
				b.WriteString(walk(each, dot))
			}
			return b.String()
		case *parse.TextNode:
			return escape(string(n.Text))
		case *parse.ActionNode:
			return value(n.Pipe, dot)
		case *parse.IfNode:
			if n.ElseList == nil {
				return optional(walk(n.List, dot))
			}
			return optional(walk(n.List, dot), walk(n.ElseList, dot))
		case *parse.WithNode:
			return optional(walk(n.List, value(n.Pipe, dot)))
		case *parse.TemplateNode:
			return walk(t.Lookup(n.Name).Root, dot)
		}
		panic("unsupported template node in a message: " + node.String())
	}
	return walk(t.Root, "")
}

// optional returns an optional part, or alternatives, in brackets. A leading space is moved
// in front of the opening bracket.
func optional(parts ...string) string {
	text := strings.Join(parts, " *or* ")
	part := strings.TrimPrefix(text, " ")
	return text[:len(text)-len(part)] + "[" + part + "]"
}

// value returns Markdown for the output of a pipeline. dot is the Markdown for the current
// value of the dot.
func value(pipe *parse.PipeNode, dot string) string {
	var parts []string
	quoted := false
	for _, argument := range pipe.Cmds[0].Args {
		switch n := argument.(type) {
		case *parse.IdentifierNode: // a function
			quoted = n.Ident == "printf"
		case *parse.FieldNode:
			parts = append(parts, "*"+name(n.Ident[0])+"*")
		case *parse.DotNode:
			parts = append(parts, dot)
		case *parse.StringNode:
			if !quoted {
				parts = append(parts, n.Text)
			}
		default:
			panic("unsupported pipeline in a message: " + pipe.String())
		}
	}
	switch {
	case quoted:
		return `"` + parts[0] + `"`
	case len(parts) > 1:
		return optional(parts...)
	}
	return parts[0]
}

// names maps placeholders that are not self-explanatory to names for their values.
var names = map[string]string{
	"because": "reason", "reason": "reasons", "error": "reason",
	"expires_at": "time", "issued_at": "time", "valid_from": "time", "now": "time",
	"least": "duration", "most": "duration", "limit": "duration", "lifetime": "duration", "min_validity": "duration",
	"timeout": "duration", "skew": "duration",
	"key": "key ID", "subject": "ID", "application": "client ID", "client_id": "client ID",
	"source": "argument or variables", "or_variable": "variable", "of_application": "application", "max_kib": "number",
	"missing": "entries", "applicable": "roles", "requested": "roles",
	"received": "host", "sent": "host", "target": "address", "connected_to": "address", "prefix": "scope prefix",
	"address": "issuer or domain", "assignments": "domain, port and insecure", "set_insecure": "insecure = true",
	"client_id_setting": "client_id", "client_secret_setting": "client_secret",
	"issuer_setting": "issuer", "domain_setting": "domain", "port_setting": "port", "insecure_setting": "insecure",
	"declared": "declared issuer", "configured": "configured issuer", "file_expression": "expression",
}

// name returns the name for the value of a placeholder.
func name(placeholder string) string {
	if known, ok := names[placeholder]; ok {
		return known
	}
	return strings.ReplaceAll(placeholder, "_", " ")
}

// url matches a URL. GitHub turns a URL into a link unless it is formatted as code.
var url = regexp.MustCompile(`https?://[a-z0-9][a-z0-9.:-]*[a-z0-9]`)

// escape converts plain text to Markdown. It formats URLs as code.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\\`, `*`, `\*`, "`", "\\`", `<`, `\<`, `~`, `\~`).Replace(text)
	return url.ReplaceAllString(text, "`$0`")
}

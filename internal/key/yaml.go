package key

import (
	"encoding/json"
	"strconv"
	"strings"
)

// yamlLine is a line of YAML that begins with a name and a colon.
type yamlLine struct {
	indent      int
	name, value string
}

// parseYAML parses YAML that consists of block mappings. A value is a plain or quoted scalar on one
// line, a literal block ("|") or another mapping. parseYAML returns nil for any other text, and for
// text with fewer than two names, which could be a sentence with a colon.
func parseYAML(text []byte) map[string]any {
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	p := yamlParser{lines: lines}
	members, ok := p.mapping(0)
	if !ok || p.at < len(p.lines) || p.names < 2 {
		return nil
	}
	return members
}

type yamlParser struct {
	lines []string
	at    int // index of the next line
	names int // number of names found so far
}

// mapping parses the mapping whose names are indented by the given number of spaces. It returns false
// if the YAML is not supported.
func (p *yamlParser) mapping(indent int) (map[string]any, bool) {
	members := map[string]any{}
	for {
		line, ok := p.peek()
		if line == nil || ok && line.indent < indent {
			return members, ok
		}
		if !ok || line.indent > indent {
			return nil, false
		}
		p.at++
		p.names++
		value, ok := p.value(line)
		if _, isDuplicate := members[line.name]; !ok || isDuplicate {
			return nil, false
		}
		members[line.name] = value
	}
}

// peek returns the next line without consuming it. It skips blank lines, comments and lines that
// contain only "---". It returns nil at the end of the text, and false if the line does not begin
// with a name and a colon.
func (p *yamlParser) peek() (*yamlLine, bool) {
	for ; p.at < len(p.lines); p.at++ {
		content := strings.TrimLeft(p.lines[p.at], " ")
		if trimmed := strings.TrimSpace(content); trimmed == "" || trimmed == "---" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		name, value, found := strings.Cut(content, ":")
		name = unquoteName(name)
		if !found || !isYAMLName(name) || value != "" && !strings.HasPrefix(value, " ") {
			return &yamlLine{}, false
		}
		return &yamlLine{len(p.lines[p.at]) - len(content), name, strings.TrimSpace(value)}, true
	}
	return nil, true
}

// unquoteName returns name without the quotes around it.
func unquoteName(name string) string {
	if last := len(name) - 1; last > 0 && (name[0] == '"' || name[0] == '\'') && name[last] == name[0] {
		return name[1:last]
	}
	return name
}

// value returns the value of line: a string, a whole number, or a mapping from the lines below it.
// The value is nil if the line has no value, or if the value is any other number, a time, a boolean
// or null. The second result is false if the YAML is not supported.
func (p *yamlParser) value(line *yamlLine) (any, bool) {
	switch {
	case strings.HasPrefix(line.value, "|"):
		return p.literal(line.indent), true
	case line.value == "":
		next, ok := p.peek()
		if next == nil || ok && next.indent <= line.indent {
			return nil, true
		}
		return p.mapping(next.indent)
	case strings.HasPrefix(line.value, `"`):
		text, err := strconv.Unquote(line.value)
		return text, err == nil
	case strings.HasPrefix(line.value, "'"):
		text, ok := strings.CutSuffix(line.value[1:], "'")
		return strings.ReplaceAll(text, "''", "'"), ok
	case strings.ContainsAny(line.value[:1], "&*!>%@`{[,]}-?|#"):
		return nil, false
	}
	plain, _, _ := strings.Cut(line.value, " #")
	plain = strings.TrimSpace(plain)
	if !strings.ContainsFunc(plain, func(r rune) bool { return r < '0' || r > '9' }) {
		return json.Number(strings.TrimLeft(plain[:len(plain)-1], "0") + plain[len(plain)-1:]), true
	}
	if !isYAMLText(plain) {
		return nil, true // any other number, a time, a boolean or null
	}
	return plain, !strings.Contains(plain, ": ")
}

// isYAMLText reports whether a plain value is definitely a string: it contains a character that
// cannot occur in a number or a time, and is not a keyword such as true or null.
func isYAMLText(plain string) bool {
	switch strings.ToLower(plain) {
	case "true", "false", "yes", "no", "on", "off", "null", "~":
		return false
	}
	return strings.ContainsFunc(
		plain,
		func(r rune) bool { return !strings.ContainsRune("0123456789+-.,_:abcdefoxinTZ", r) },
	)
}

// literal consumes and returns the lines of a literal block, which are blank or indented by more than
// indent spaces. It removes the leading spaces of each line.
func (p *yamlParser) literal(indent int) string {
	var b strings.Builder
	for ; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		content := strings.TrimLeft(line, " ")
		if strings.TrimSpace(content) != "" && len(line)-len(content) <= indent {
			break
		}
		b.WriteString(content + "\n")
	}
	return b.String()
}

func isYAMLName(name string) bool {
	return isName(name) && !strings.ContainsAny(name, " \t{}[],&*#?|<>=!%@\\\"'`") && !strings.HasPrefix(name, "-")
}

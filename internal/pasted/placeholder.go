package pasted

import (
	"regexp"
	"sync"
)

// placeholder matches a placeholder in the syntax of shells, templates or manuals.
var placeholder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{|\$[A-Z_]|\$\(|\{\{|\{[A-Za-z_-]+\}|<[A-Za-z][A-Za-z0-9_ .-]*>|%[A-Z_]{2,}%`)
})

// substitute matches a value that consists of text that programs or people write in place of the
// actual value.
var substitute = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(null|undefined|none|nil|\*+|x{3,32}|changeme|` +
		`redacted|\[(redacted|masked)\]|\(sensitive value\))$`)
})

// HasPlaceholder reports whether value contains a placeholder, or is text that stands for a
// missing or hidden value, such as "null" or "***".
func HasPlaceholder(value string) bool {
	return placeholder().MatchString(value) || substitute().MatchString(value)
}

// reference matches a reference to another value, or a function call.
var reference = sync.OnceValue(func() *regexp.Regexp {
	const name, index = `[A-Za-z_][A-Za-z0-9_-]*`, `\[[^\]]*\]`
	const rest = `(?:` + index + `|\.` + name + `)*`
	return regexp.MustCompile(`^(?:(?:var|local|each|self|path|terraform)\.` + name + rest +
		`|(?:data|module)\.` + name + `(?:` + index + `)?\.` + name + rest +
		`|ephemeral\.` + name + `\.` + name + rest +
		`|[a-z][a-z0-9_]*\(.*\))$`)
})

// IsReference reports whether value has the form of a reference to another value, such as "var.name",
// or of a function call. Inside a string, a configuration language does not evaluate either of them.
// A host name can have the same form, for example "data.example.com".
func IsReference(value string) bool { return reference().MatchString(value) }

package acctest

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// call matches the beginning of a function call.
var call = regexp.MustCompile(`\b[a-z0-9]+\(`)

// traversal matches the attribute and index accesses that follow a function call.
var traversal = regexp.MustCompile(`^(?:\.[A-Za-z_][A-Za-z0-9_]*|\["[^"]*"\])*`)

// ExpressionIn returns the first function call in text, including the attribute and index
// accesses that follow the call. It returns "" if text contains no function call.
func ExpressionIn(text string) string {
	at := call.FindStringIndex(text)
	if at == nil {
		return ""
	}
	depth, quoted := 0, false
	for n := at[0]; n < len(text); n++ {
		switch c := text[n]; {
		case quoted && c == '\\':
			n++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				rest := strings.TrimSuffix(traversal.FindString(text[n+1:]), ".")
				return text[at[0]:n+1] + rest
			}
		}
	}
	return ""
}

// EvaluateSuggestion returns the result of an expression that a message about value suggests. In
// the expression, "..." stands for value. If files is empty, however, "..." in file(...) stands for
// the path of a file that contains value. files maps the paths of other files to their contents.
func EvaluateSuggestion(t testing.TB, expression, value string, files map[string]string) any {
	t.Helper()
	scope := Scope{Value: value, Files: map[string]string{"value.txt": value}}
	for name, content := range files {
		scope.Files[name] = content
	}
	if strings.Contains(expression, "file(...)") && len(files) == 0 {
		expression = strings.Replace(expression, "...", strconv.Quote("value.txt"), 1)
	}
	return Evaluate(t, strings.Replace(expression, "...", "value", 1), scope)
}

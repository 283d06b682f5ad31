package message_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// root is the path of the repository's root folder.
var root = filepath.Join("..", "..", "..")

// sources parses the source files, except tests, of the given folders in internal/.
func sources(t *testing.T, folders ...string) (files []*ast.File, set *gotoken.FileSet) {
	t.Helper()
	set = gotoken.NewFileSet()
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(root, "internal", folder, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files, set
}

// derived contains the placeholders whose values package message derives from a fault's "steps"
// value, which describes how to extract a key JSON. It also contains path, which key.ReadFile adds to
// a fault with steps.
var derived = []string{"it", "inside", "place", "source", "expression", "file_expression", "decoded", "path"}

// fromSettings contains the placeholders whose values are settings that are passed to
// [message.Diagnostic], or are derived from these settings.
var fromSettings = []string{
	"by_domain", "issuer_setting", "domain_setting", "port_setting", "insecure_setting", "connect_url_setting",
	"proxy_url_setting", "address", "set_insecure",
	"assignments", "variable", "of_application", "client_id_setting", "client_secret_setting",
}

// helper is a function that creates a fault.
type helper struct {
	code  int      // index of the argument that is the code
	value int      // index of the argument that names the first value
	more  []string // names of the values that the function adds
}

// helpers contains the functions and methods that create faults, keyed by name.
var helpers = map[string]helper{
	"New":           {code: 0, value: 1}, // in package fault
	"fault":         {code: 0, value: 1}, // the method of a request
	"because":       {code: 0, value: 1},
	"failure":       {code: 1, value: 2},
	"fail":          {code: 1, value: 2}, // the method of a verifier
	"describe":      {code: 0, value: 1, more: []string{"target", "connected_to"}},
	"describeProxy": {code: 0, value: 1, more: []string{"proxy", "from_environment"}},
	"add":           {code: 0, value: 1}, // the function for assertions; values handles the method for key JSONs
	"rolesFault":    {code: 0, value: 3, more: []string{"missing", "applicable", "project", "organization"}},
}

// site is a call that creates a fault.
type site struct {
	code   string
	values []string
	at     gotoken.Position
}

// sites returns the calls that create faults. A call whose code is not a literal is returned once for
// each declared code that is a literal elsewhere in the same function.
func sites(t *testing.T, declared map[string]message.Message) (found []site) {
	t.Helper()
	files, set := sources(t, "key", "object", "token", "zitadel", "provider")
	for _, file := range files {
		for _, declaration := range file.Decls {
			var unnamed []*ast.CallExpr
			isArgument := map[ast.Expr]bool{}
			ast.Inspect(declaration, func(n ast.Node) bool {
				call, isCall := n.(*ast.CallExpr)
				if !isCall {
					return true
				}
				h, isHelper := helpers[called(call)]
				if !isHelper || len(call.Args) <= h.code || isOtherNew(call) {
					return true
				}
				for _, argument := range call.Args {
					isArgument[argument] = true
				}
				code, isLiteral := literal(call.Args[h.code])
				if isLiteral {
					found = append(found, site{code, values(call), set.Position(call.Pos())})
				} else if len(call.Args) > h.value {
					unnamed = append(unnamed, call)
				}
				return true
			})
			if len(unnamed) == 0 {
				continue
			}
			ast.Inspect(declaration, func(n ast.Node) bool {
				expression, isExpression := n.(ast.Expr)
				code, isLiteral := "", false
				if isExpression && !isArgument[expression] {
					code, isLiteral = literal(expression)
				}
				if _, isCode := declared[code]; isLiteral && isCode {
					for _, call := range unnamed {
						found = append(found, site{code, values(call), set.Position(call.Pos())})
					}
				}
				return true
			})
		}
	}
	return found
}

// called returns the name of the function or method in a call.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// isOtherNew reports whether a call is to New in a package other than fault.
func isOtherNew(call *ast.CallExpr) bool {
	selector, isSelector := call.Fun.(*ast.SelectorExpr)
	if !isSelector || selector.Sel.Name != "New" {
		return false
	}
	qualifier, isName := selector.X.(*ast.Ident)
	return !isName || qualifier.Name != "fault"
}

// values returns the names of the values in a call that creates a fault.
func values(call *ast.CallExpr) []string {
	h := helpers[called(call)]
	names := slices.Clone(h.more)
	if _, isMethod := call.Fun.(*ast.SelectorExpr); isMethod && called(call) == "add" {
		names = append(names, "member") // the add method for key JSONs takes the member as its second argument
		h.value++
	}
	for i := h.value; i < len(call.Args); i += 2 {
		if name, isLiteral := literal(call.Args[i]); isLiteral {
			names = append(names, name)
		}
	}
	return names
}

// literal returns the value of e if e is a string literal.
func literal(e ast.Expr) (string, bool) {
	l, isLiteral := e.(*ast.BasicLit)
	if !isLiteral || l.Kind != gotoken.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// TestCodesInSources checks that each code in the sources is declared, and that each declared code
// appears in the sources.
func TestCodesInSources(t *testing.T) {
	declared := messages(t)
	used := map[string]bool{}
	for _, s := range sites(t, declared) {
		if _, isDeclared := declared[s.code]; !isDeclared {
			t.Errorf("%s: code %q is not declared", s.at, s.code)
		}
	}
	files, set := sources(t, "key", "object", "token", "zitadel", "provider")
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if expression, isExpression := n.(ast.Expr); isExpression {
				text, _ := literal(expression)
				used[text] = true
			}
			call, isCall := n.(*ast.CallExpr)
			if !isCall || called(call) != "Is" {
				return true
			}
			for _, argument := range call.Args[1:] { // the codes that are passed to fault.Is
				code, isLiteral := literal(argument)
				if _, isDeclared := declared[code]; isLiteral && !isDeclared {
					t.Errorf("%s: code %q is not declared", set.Position(argument.Pos()), code)
				}
			}
			return true
		})
	}
	for _, code := range sorted(declared) {
		if !used[code] {
			t.Errorf("message %q is declared, but no source contains its code", code)
		}
	}
}

// TestValuesInSources checks that each fault contains the values that its message requires, and that
// each value that appears only in optional parts of a message is in at least one fault with the
// message's code.
func TestValuesInSources(t *testing.T) {
	declared := messages(t)
	sitesOf := map[string][]site{}
	for _, s := range sites(t, declared) {
		sitesOf[s.code] = append(sitesOf[s.code], s)
	}
	for _, code := range sorted(declared) {
		names := placeholdersOf(t, declared[code])
		if len(sitesOf[code]) == 0 {
			isDerived := func(name string, _ bool) bool { return slices.Contains(slices.Concat(derived, fromSettings), name) }
			maps.DeleteFunc(names.required, isDerived)
			maps.DeleteFunc(names.optional, isDerived)
			if len(names.required)+len(names.optional) > 0 {
				t.Errorf("%s has placeholders, but the test found no call that creates this fault", code)
			}
			continue
		}
		has := func(s site, name string) bool {
			if slices.Contains(fromSettings, name) {
				return true
			}
			if name == "because" { // the placeholder for the reason as part of a sentence
				name = "reason"
			}
			hasSteps := strings.HasPrefix(code, "key-") || slices.Contains(s.values, "steps")
			if hasSteps && slices.Contains(derived, name) {
				return true
			}
			return slices.Contains(s.values, name)
		}
		for _, name := range sorted(names.required) {
			for _, s := range sitesOf[code] {
				if !has(s, name) {
					t.Errorf("%s: %s lacks the value %q", s.at, code, name)
				}
			}
		}
		for _, name := range sorted(names.optional) {
			if !slices.ContainsFunc(sitesOf[code], func(s site) bool { return has(s, name) }) {
				t.Errorf("%s: no fault has the value %q", code, name)
			}
		}
	}
}

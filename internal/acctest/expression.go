package acctest

import (
	"encoding/base64"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Scope contains the values that an expression can refer to.
type Scope struct {
	// Value is the value of value, var.name and var.project_id.
	Value string
	// Module is the value of path.module.
	Module string
	// Files maps paths to file contents. All other files are read from disk.
	Files map[string]string
}

// Evaluate evaluates an HCL expression without the CLI. The expression can call the functions that
// the provider's messages suggest. The result is a string, a bool or a []string. Evaluate fails the
// test if the expression is invalid.
func Evaluate(t testing.TB, expression string, scope Scope) any {
	t.Helper()
	parsed, diags := hclsyntax.ParseExpression([]byte(expression), "", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", expression, diags)
	}
	text := cty.StringVal(scope.Value)
	value, diags := parsed.Value(&hcl.EvalContext{
		Functions: functions(scope.Files),
		Variables: map[string]cty.Value{
			"value": text,
			"var":   cty.MapVal(map[string]cty.Value{"name": text, "project_id": text}),
			"path":  cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(scope.Module)}),
		},
	})
	if diags.HasErrors() {
		t.Fatalf("%s: %v", expression, diags)
	}
	switch {
	case value.Type() == cty.String:
		return value.AsString()
	case value.Type() == cty.Bool:
		return value.True()
	}
	texts := []string{}
	for _, each := range value.AsValueSlice() {
		texts = append(texts, each.AsString())
	}
	return texts
}

// functions returns the functions that the provider's messages suggest, keyed by name. Functions
// that go-cty does not implement are implemented here, to the extent that the tests need them. As in
// the CLI, file and base64decode reject content that is not valid UTF-8.
func functions(files map[string]string) map[string]function.Function {
	validText := func(data []byte) (string, error) {
		if !utf8.Valid(data) {
			return "", errors.New("not valid UTF-8")
		}
		return string(data), nil
	}
	open := func(file string) ([]byte, error) {
		if content, ok := files[file]; ok {
			return []byte(content), nil
		}
		return os.ReadFile(file)
	}
	return map[string]function.Function{
		"jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc, "merge": stdlib.MergeFunc,
		"regex": stdlib.RegexFunc, "trim": stdlib.TrimFunc, "trimspace": stdlib.TrimSpaceFunc,
		"trimprefix": stdlib.TrimPrefixFunc,
		"file": textFunction(1, func(a []string) (string, error) {
			data, err := open(a[0])
			if err != nil {
				return "", err
			}
			return validText(data)
		}),
		"pathexpand": textFunction(1, func(a []string) (string, error) {
			home, err := os.UserHomeDir()
			return strings.Replace(a[0], "~", home, 1), err
		}),
		"filebase64": textFunction(1, func(a []string) (string, error) {
			data, err := open(a[0])
			return base64.StdEncoding.EncodeToString(data), err
		}),
		"replace": textFunction(3, func(a []string) (string, error) {
			if len(a[1]) > 1 && strings.HasPrefix(a[1], "/") && strings.HasSuffix(a[1], "/") {
				return regexp.MustCompile(a[1][1:len(a[1])-1]).ReplaceAllString(a[0], a[2]), nil
			}
			return strings.ReplaceAll(a[0], a[1], a[2]), nil
		}),
		"base64decode": textFunction(1, func(a []string) (string, error) {
			data, err := base64.StdEncoding.DecodeString(a[0])
			if err != nil {
				return "", err
			}
			return validText(data)
		}),
		"base64encode": textFunction(1, func(a []string) (string, error) {
			return base64.StdEncoding.EncodeToString([]byte(a[0])), nil
		}),
		"textdecodebase64": textFunction(2, func(a []string) (string, error) {
			data, err := base64.StdEncoding.DecodeString(a[0])
			units := make([]uint16, len(data)/2)
			for i := range units {
				low, high := data[2*i], data[2*i+1]
				if a[1] == "UTF-16BE" {
					low, high = high, low
				}
				units[i] = uint16(high)<<8 | uint16(low)
			}
			return string(utf16.Decode(units)), err
		}),
		"yamldecode": function.New(&function.Spec{
			Params: []function.Parameter{{Name: "a", Type: cty.String}},
			Type:   function.StaticReturnType(cty.DynamicPseudoType),
			Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
				return yamlValue(arguments[0].AsString()), nil
			},
		}),
	}
}

// textFunction returns a function that takes the given number of strings and returns the
// result of call.
func textFunction(parameters int, call func([]string) (string, error)) function.Function {
	spec := &function.Spec{
		Type: function.StaticReturnType(cty.String),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			var texts []string
			for _, argument := range arguments {
				texts = append(texts, argument.AsString())
			}
			result, err := call(texts)
			return cty.StringVal(result), err
		},
	}
	for range parameters {
		spec.Params = append(spec.Params, function.Parameter{Name: "a", Type: cty.String})
	}
	return function.New(spec)
}

// yamlValue decodes the subset of YAML that occurs in the test data: mappings of up to two levels,
// whose values are plain, quoted or literal strings.
func yamlValue(text string) cty.Value {
	top := map[string]cty.Value{}
	inner, parent, literal := map[string]cty.Value{}, "", ""
	set := func(indent int, name, value string) {
		if indent == 0 {
			top[name], parent = cty.StringVal(value), ""
			return
		}
		inner[name] = cty.StringVal(value)
		top[parent] = cty.ObjectVal(inner)
	}
	depth, value := 0, ""
	for line := range strings.Lines(text) {
		content := strings.TrimSpace(line)
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if literal != "" && indent > depth {
			value += content + "\n"
			set(depth, literal, value)
			continue
		}
		literal = ""
		name, plain, isPair := strings.Cut(content, ": ")
		switch {
		case strings.HasPrefix(content, "#") || content == "---":
		case !isPair:
			parent, inner = strings.TrimSuffix(content, ":"), map[string]cty.Value{}
		case plain == "|":
			literal, depth, value = name, indent, ""
		default:
			set(indent, name, strings.Trim(plain, `"'`))
		}
	}
	return cty.ObjectVal(top)
}

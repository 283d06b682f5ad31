package message_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMessagesOnce checks that the text of a message is not repeated elsewhere in the sources, or on
// any page other than the troubleshooting guide.
func TestMessagesOnce(t *testing.T) {
	const long = 40 // bytes; shorter text can be repeated by accident
	type part struct{ code, text string }
	var parts []part
	placeholder := regexp.MustCompile(`\{\{.*?\}\}`)
	for code, m := range messages(t) {
		for _, text := range []string{m.Text, m.Next} {
			for _, each := range placeholder.Split(text, -1) {
				if each = strings.TrimSpace(each); len(each) > long {
					parts = append(parts, part{code, each})
				}
			}
		}
	}
	var texts, names []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		switch name = filepath.ToSlash(name); {
		case err != nil:
			return err
		case entry.IsDir() && name != "." &&
			(strings.HasPrefix(name, ".") || name == "tools" || name == "internal/provider/message"):
			return fs.SkipDir
		case entry.IsDir() || strings.HasSuffix(name, "_test.go") || name == "docs/guides/troubleshooting.md":
			return nil
		case strings.HasSuffix(name, ".go"):
			file, err := parser.ParseFile(gotoken.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if expression, isExpression := n.(ast.Expr); isExpression {
					if text := joined(expression); text != "" {
						texts, names = append(texts, text), append(names, name)
						return false
					}
				}
				return true
			})
		case strings.HasSuffix(name, ".md"), strings.HasSuffix(name, ".tmpl"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			texts, names = append(texts, string(text)), append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) < 100 || len(texts) < 100 {
		t.Fatalf("found only %d parts of messages and %d other texts, want at least 100 of each",
			len(parts), len(texts))
	}
	for _, p := range parts {
		for i, text := range texts {
			if strings.Contains(text, p.text) {
				t.Errorf("%s repeats a part of the message %s: %q", names[i], p.code, p.text)
			}
		}
	}
}

// joined returns the value of e if e is a string literal or a concatenation of string literals.
// Otherwise, it returns "" or an incomplete value.
func joined(e ast.Expr) string {
	if sum, isSum := e.(*ast.BinaryExpr); isSum && sum.Op == gotoken.ADD {
		return joined(sum.X) + joined(sum.Y)
	}
	text, _ := literal(e)
	return text
}

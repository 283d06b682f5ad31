package provider_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The guide quotes every message of the provider, and none that it does not have.
//
// Messages are taken from the source: every text of more than one word, but for
// those that describe the schema (they stand on the pages of docs/) and for what
// to do next, for which the guide has words of its own. A quote is a code span in
// the first column of a table. It holds the beginning of a message, up to a
// punctuation mark at least, with "..." for what is put in at run time. What the
// CLI says of itself is not compared with anything.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	messages, codes := spoken(t)
	quoted := quotes(t)
	recorded := acctest.ReadFile(t, filepath.Join("..", "optest", "testdata", "recordings.jsonl"))
	var all []string
	for section, quotes := range quoted {
		if section == "What the CLI says" {
			continue
		}
		all = append(all, quotes...)
		for _, quote := range quotes {
			switch {
			case section == "What ZITADEL says":
				if !strings.Contains(recorded, quote) && !slices.Contains(messages, quote) {
					t.Errorf("section %q quotes %q, which no recording of ZITADEL has, nor the provider", section, quote)
				}
			case !strings.Contains(quote, " "):
				if !slices.Contains(codes, quote) {
					t.Errorf("section %q quotes %q, which is no code of a failure", section, quote)
				}
			case !slices.ContainsFunc(messages, func(m string) bool { return begins(m, quote) }):
				t.Errorf("section %q quotes %q, which no message begins with", section, quote)
			}
		}
	}
	for _, message := range messages {
		told := slices.ContainsFunc(all, func(quote string) bool { return begins(message, quote) })
		switch glue := slices.Contains(around, message); {
		case told && glue:
			t.Errorf("the guide quotes %q, which is in the list of texts that nobody reads", message)
		case !told && !glue:
			t.Errorf("the guide does not quote %q (if that describes an attribute, run make docs)", message)
		}
	}
	for _, code := range codes {
		if !slices.Contains(all, code) {
			t.Errorf("the guide does not say what the failure %q means", code)
		}
	}
	for _, each := range around {
		if !slices.Contains(messages, each) {
			t.Errorf("%q is in the list of texts that nobody reads, and no longer in the code", each)
		}
	}
}

// around are texts that no practitioner reads by themselves.
var around = []string{
	// What stands around messages, and what is put into them.
	"Unable to ...", "unable to ...", "Asked: ... ......\nAnswer: ...", "Likely causes:", "What to do:", ", request ID ...",
	"... ahead of", "an array", "a string", "a boolean", "a number", "service account", "the environment", "and ... more",
	"one of ...", "key_json, key_file, or client_id with client_secret", "key_json, key_file, client_id with client_secret, or assertion",
	// Descriptions of the schema that are put together.
	"the environment variable ...", "the provider's key", "the value must be usable", "the keys must be usable together",
	// What is compared, logged, or replaced by another message.
	"ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY", "RSA PUBLIC KEY", "RSA PRIVATE KEY", "PRIVATE KEY",
	"[WARN] Unable to revoke token at the end of the process: ...",
	"remote error", "Request to ZITADEL", "unable to set instance", "(for another block moments ago; the provider shares the outcome for 5 s)", "not a public key", "an RSA key that is too small", "not a time that can be written",
}

// begins reports whether a quote is how a message begins, up to its end or a
// punctuation mark. The CLI shows the first letter as a capital.
func begins(message, quote string) bool {
	start := func(text string) string {
		text = strings.ToLower(strings.TrimLeft(strings.ReplaceAll(text, `"..."`, "..."), " .,;("))
		return strings.TrimPrefix(text, "unable to ")
	}
	rest, ok := strings.CutPrefix(start(message), start(quote))
	ends := rest == "" || strings.ContainsAny(rest[:1], ".,:;\n)") || strings.HasPrefix(rest, " (") || strings.HasPrefix(rest, " ...")
	return ok && ends && isSentence(quote)
}

// isSentence reports whether a text has more than one word, or is a word that
// ZITADEL has for a sentence.
func isSentence(text string) bool {
	words := slices.DeleteFunc(strings.Fields(text), func(word string) bool { return !strings.ContainsFunc(word, unicode.IsLetter) })
	return len(words) > 1 || strings.HasPrefix(text, "Errors.")
}

// quotes are what the guide quotes, by section.
func quotes(t *testing.T) map[string][]string {
	t.Helper()
	found, section := map[string][]string{}, ""
	for line := range strings.Lines(acctest.ReadFile(t, filepath.Join("..", "..", "docs", "guides", "troubleshooting.md"))) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(title)
		}
		if cell, _, _ := strings.Cut(line, " | "); strings.HasPrefix(cell, "| `") {
			for n, part := range strings.Split(cell, "`") {
				if n%2 == 1 {
					found[section] = append(found[section], part)
				}
			}
		}
	}
	return found
}

// spoken are the messages of the packages that speak to a practitioner, and the
// codes of failures.
func spoken(t *testing.T) (messages, codes []string) {
	t.Helper()
	described := ""
	pages, err := filepath.Glob(filepath.Join("..", "..", "docs", "*", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, filepath.Join("..", "..", "docs", "index.md")) {
		if filepath.Base(filepath.Dir(page)) != "guides" {
			described += acctest.ReadFile(t, page)
		}
	}
	for _, folder := range []string{"key", "oauth", "provider"} {
		files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range files {
			if strings.HasSuffix(at, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(gotoken.NewFileSet(), at, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				constant, ok := n.(*ast.ValueSpec)
				if ok && strings.HasPrefix(constant.Names[0].Name, "Failure") {
					code, _ := joined(constant.Values[0])
					codes = append(codes, code)
				}
				return true
			})
			ast.Walk(reader(func(message string) {
				message = strings.TrimSpace(message)
				describes := isSentence(message) && !unicode.IsLower([]rune(message)[0]) && !slices.ContainsFunc(strings.Split(message, "..."), func(part string) bool {
					return !strings.Contains(described, strings.TrimSuffix(strings.TrimSpace(part), "."))
				})
				if isSentence(message) && !describes && !slices.Contains(messages, message) {
					messages = append(messages, message)
				}
			}), file)
		}
	}
	return messages, codes
}

// reader is told each text of a file, but for what to do next.
type reader func(message string)

// Visit implements [ast.Visitor].
func (r reader) Visit(n ast.Node) ast.Visitor {
	isNext := func(e ast.Node) bool {
		switch e := e.(type) {
		case *ast.Ident:
			return e.Name == "next" || e.Name == "Next" || e.Name == "tryLater"
		case *ast.SelectorExpr:
			return e.Sel.Name == "Next"
		}
		return false
	}
	// A pair of texts is what is wrong and what to do.
	first := func(pair []ast.Expr) ast.Visitor {
		_, one := joined(pair[0])
		_, other := joined(pair[1])
		if !one || !other {
			return r
		}
		ast.Walk(r, pair[0])
		return nil
	}
	switch n := n.(type) {
	case *ast.ImportSpec:
		return nil
	case *ast.Field:
		ast.Walk(r, n.Type)
		return nil // without its tag
	case *ast.KeyValueExpr:
		if isNext(n.Key) {
			return nil
		}
	case *ast.ValueSpec:
		if isNext(n.Names[0]) {
			return nil
		}
	case *ast.AssignStmt:
		for i, value := range n.Rhs {
			if !isNext(n.Lhs[i]) {
				ast.Walk(r, value)
			}
		}
		return nil
	case *ast.CompositeLit:
		if n.Type == nil && len(n.Elts) == 2 {
			return first(n.Elts)
		}
	case *ast.ReturnStmt:
		if len(n.Results) == 2 {
			return first(n.Results)
		}
	case ast.Expr:
		if message, ok := joined(n); ok {
			r(message)
			return nil
		}
	}
	return r
}

// verb is where fmt puts something in.
var verb = regexp.MustCompile(`"?%[-+# 0]*[0-9.]*[a-zA-Z]"?`)

// joined is a constant text, or several with + between, where "..." is what is
// no constant.
func joined(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return verb.ReplaceAllString(text, "..."), err == nil && e.Kind == gotoken.STRING
	case *ast.BinaryExpr:
		left, one := joined(e.X)
		right, other := joined(e.Y)
		if !one {
			left = "..."
		}
		if !other {
			right = "..."
		}
		return left + right, e.Op == gotoken.ADD && (one || other)
	}
	return "", false
}

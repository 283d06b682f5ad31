package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// root is the path of the repository's root folder.
var root = filepath.Join("..", "..", "..", "..")

// read returns the content of a file in the repository.
func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestPageIsUpToDate(t *testing.T) {
	if page() != read(t, "docs", "guides", "troubleshooting.md") {
		t.Error(`docs/guides/troubleshooting.md is out of date. Run "make docs".`)
	}
}

// TestAnchors checks that each code is the heading of exactly one section, because diagnostics link
// to it, and that each link within the page leads to a heading.
func TestAnchors(t *testing.T) {
	guide := page()
	notInAnchor := regexp.MustCompile(`[^a-z0-9 _-]`)
	anchors := map[string]int{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(guide, -1) {
		anchor := notInAnchor.ReplaceAllString(strings.ToLower(heading[1]), "")
		anchors[strings.ReplaceAll(anchor, " ", "-")]++
	}
	for anchor, count := range anchors {
		if count > 1 {
			t.Errorf("%d headings have the anchor %q, want one", count, anchor)
		}
	}
	for _, s := range message.Sections() {
		for _, m := range s.Messages {
			if strings.Count(guide, "\n### "+m.Code+"\n") != 1 || anchors[m.Code] != 1 {
				t.Errorf("%q is not the heading of exactly one section", m.Code)
			}
		}
	}
	for _, link := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(guide, -1) {
		if anchors[link[1]] == 0 {
			t.Errorf("a link leads to #%s, which is not a heading", link[1])
		}
	}
}

// TestFirstLines checks the page's table of first lines, which lists the summaries of diagnostics.
// The table must contain every summary, and only lines that the provider can print.
func TestFirstLines(t *testing.T) {
	_, table, _ := strings.Cut(page(), "| first line | sections |")
	table, _, _ = strings.Cut(table, "\n\n")
	var lines []string
	for _, row := range strings.Split(table, "\n") {
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		for i, part := range strings.Split(cell, "`") {
			if i%2 == 1 {
				lines = append(lines, part)
			}
		}
	}
	var summaries []string
	for _, s := range message.Sections() {
		for _, m := range s.Messages {
			if m.Summary != "" {
				summaries = append(summaries, m.Summary)
			}
		}
	}
	for _, summary := range summaries {
		if !slices.Contains(lines, summary) {
			t.Errorf("the table lacks %q", summary)
		}
	}
	literals := literalsOf(t, "provider", "zitadel")
	for _, line := range lines {
		operation, isOperation := strings.CutPrefix(line, "Unable to ")
		argument, isArgument := strings.CutPrefix(operation, "use ")
		argument = argument[strings.LastIndex(argument, ".")+1:]
		switch {
		case strings.HasPrefix(message.ProviderSummary(""), line+":"):
		case slices.Contains(summaries, line), line == "Unable to use", line == "Invalid function argument":
		case isOperation && slices.Contains(literals, operation), isArgument && slices.Contains(literals, argument):
		default:
			t.Errorf("the table contains %q, which is not the first line of any diagnostic", line)
		}
	}
	// Operations are the string literals that begin with one of these verbs.
	isOperation := regexp.MustCompile(`^(get|introspect|exchange|verify|accept|revoke|sign|configure|read) [A-Za-z ]+$`)
	for _, operation := range literals {
		if isOperation.MatchString(operation) && !slices.Contains(lines, "Unable to "+operation) {
			t.Errorf("the table lacks %q", "Unable to "+operation)
		}
	}
}

// TestZITADELResponses checks that each text in the table of ZITADEL's responses is part of a
// recorded response, or is a string literal in package zitadel.
func TestZITADELResponses(t *testing.T) {
	_, table, _ := strings.Cut(page(), "| response | what it means, what to do |")
	table, _, _ = strings.Cut(table, "\n\n")
	recorded := read(t, "internal", "optest", "testdata", "recordings.jsonl")
	literals := literalsOf(t, "zitadel")
	count := 0
	for _, row := range strings.Split(table, "\n") {
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		for i, part := range strings.Split(cell, "`") {
			if i%2 == 0 {
				continue
			}
			count++
			if !strings.Contains(recorded, part) && !slices.Contains(literals, part) {
				t.Errorf("%q is neither part of a recorded response nor a string literal in package zitadel", part)
			}
		}
	}
	if count < 10 {
		t.Errorf("the table contains only %d responses, want at least 10", count)
	}
}

// literalsOf returns the string literals in the source files, except tests, of the given folders in
// internal/.
func literalsOf(t *testing.T, folders ...string) (literals []string) {
	t.Helper()
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(root, "internal", folder, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if l, isLiteral := n.(*ast.BasicLit); isLiteral && l.Kind == token.STRING {
					text, err := strconv.Unquote(l.Value)
					if err != nil {
						t.Fatal(err)
					}
					literals = append(literals, text)
				}
				return true
			})
		}
	}
	return literals
}

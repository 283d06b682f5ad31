package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCheck(t *testing.T) {
	const aPage = "---\npage_title: \"Not a heading\"\n---\n\n# A `code` heading, and more\n\n## Twice\n\n## Twice\n\n<a id=\"set\"></a>\n"
	others := fstest.MapFS{
		"docs/guides/other.md":       {Data: []byte(aPage)},
		"docs/data-sources/token.md": {Data: []byte(aPage)},
		"docs/load.md":               {Data: []byte(aPage)},
		"docs/load.svg":              {},
		"examples/main.tf":           {},
		".terraform/broken.md":       {Data: []byte("[x](nowhere)")},
	}
	const blob, raw = repository + "/blob/main/", raw + "/main/"
	for _, c := range []struct{ from, markdown, problem string }{
		{"README.md", "[x](docs/load.md), [x](docs/load.md#twice-1), [x](examples), [x](examples/main.tf#L3)", ""},
		{"README.md", "[x](docs/load.md#a-code-heading-and-more), [x](docs/load.md#set)", ""},
		{"README.md", "[x](docs/load.md#not-a-heading)", "has no heading"},
		{"README.md", "[x](docs/load.md#twice-2)", "has no heading"},
		{"README.md", "[x](docs/nowhere.md)", "there is no docs/nowhere.md"},
		{"README.md", "[x](../outside.md)", "there is no ../outside.md"},
		{"README.md", "# Here\n\n[x](#here)", ""},
		{"README.md", "[x](#there)", `README.md:1: #there: README.md has no heading "there"`},
		{"README.md", "![x](docs/load.svg)", ""},
		{"README.md", "\n\n![x](docs/nowhere.svg)", "README.md:3: docs/nowhere.svg: there is no docs/nowhere.svg"},
		{"README.md", "| a |\n| - |\n| [x](nowhere) |", "README.md:3:"},
		{"README.md", "[x][ref]\n\n[ref]: nowhere", "there is no nowhere"},
		{"README.md", `<picture><img src="nowhere.svg"></picture>`, "there is no nowhere.svg"},
		{"README.md", `in <a href="nowhere">a line</a>`, "there is no nowhere"},
		{"README.md", "`[x](nowhere)`\n\n```\n[x](nowhere)\n```", ""},
		{"README.md", "[x](https://example.com/a#b), <https://example.com>, https://example.com, <a@example.com>", ""},
		{"README.md", "[x](http://example.com)", "write https://"},
		{"README.md", "see http://example.com", "write https://"},
		{"README.md", "[x](//example.com)", "write https://"},
		{"README.md", "[x](https://)", "write https://"},
		{"README.md", "[x](https://example.com/%zz)", "this is not a URL"},
		{"README.md", "[x](/docs/load.md)", "begin with"},
		{"README.md", "[x](" + blob + "docs/load.md#twice), [x](" + raw + "docs/load.svg), [x](" + repository + "/issues)", ""},
		{"README.md", "[x](" + blob + "nowhere.md)", "there is no nowhere.md"},
		{"README.md", "[x](" + blob + "docs/load.md#thrice)", "has no heading"},
		{"README.md", "![x](" + raw + "nowhere.svg)", "there is no nowhere.svg"},
		{"README.md", "[x](" + registry + "/guides/other#twice)", ""},
		{"README.md", "[x](" + registry + "/guides/nowhere)", "there is no docs/guides/nowhere.md"},
		{"README.md", "[x](" + registry + ")", "there is no docs/index.md"},
		{"docs/guides/one.md", "[x](../data-sources/token.md#twice), [x](other.md)", ""},
		{"docs/guides/one.md", "[x](../data-sources/token)", "there is no docs/data-sources/token"},
		{"docs/guides/one.md", "[x](../load.md)", "write " + blob + "docs/load.md"},
		{"docs/guides/one.md", "![x](../load.svg)", "write " + raw + "docs/load.svg"},
		{"docs/index.md", "# Here\n\n[x](#here), [x](" + registry + "/guides/other)", ""},
		{"docs/index.md", "[x](guides/other.md)", "cannot serve GitHub and the registry"},
	} {
		files := fstest.MapFS{c.from: {Data: []byte(c.markdown)}}
		for at, file := range others {
			files[at] = file
		}
		problems, err := check(files)
		if err != nil {
			t.Fatal(err)
		}
		if c.problem == "" && len(problems) > 0 {
			t.Errorf("%s: %q: %q", c.from, c.markdown, problems)
		}
		if c.problem != "" && !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, c.problem) }) {
			t.Errorf("%s: %q: %q, want %q", c.from, c.markdown, problems, c.problem)
		}
	}
}

package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCheck(t *testing.T) {
	const source = "---\npage_title: \"Not a heading\"\n---\n\n" +
		"# A `code` heading, and more\n\n## Twice\n\n## Twice\n\n<a id=\"set\"></a>\n"
	others := fstest.MapFS{
		"docs/guides/other.md":       {Data: []byte(source)},
		"docs/data-sources/token.md": {Data: []byte(source)},
		"docs/load.md":               {Data: []byte(source)},
		"docs/load.svg":              {},
		"examples/main.tf":           {},
		".terraform/broken.md":       {Data: []byte("[x](nowhere)")},
	}
	const blob, raw = repository + "/blob/main/", rawFiles + "/main/"
	for _, c := range []struct{ from, markdown, problem string }{
		{"README.md", "[x](docs/load.md), [x](docs/load.md#twice-1), [x](examples), [x](examples/main.tf#L3)", ""},
		{"README.md", "[x](docs/load.md#a-code-heading-and-more), [x](docs/load.md#set)", ""},
		{"README.md", "[x](docs/load.md#not-a-heading)", "has no heading"},
		{"README.md", "[x](docs/load.md#twice-2)", "has no heading"},
		{"README.md", "[x](docs/nowhere.md)", "docs/nowhere.md does not exist"},
		{"README.md", "[x](../outside.md)", "../outside.md does not exist"},
		{"README.md", "# Here\n\n[x](#here)", ""},
		{"README.md", "[x](#there)", `README.md:1: #there: README.md has no heading "there"`},
		{"README.md", "![x](docs/load.svg)", ""},
		{"README.md", "\n\n![x](docs/nowhere.svg)", "README.md:3: docs/nowhere.svg: docs/nowhere.svg does not exist"},
		{"README.md", "| a |\n| - |\n| [x](nowhere) |", "README.md:3:"},
		{"README.md", "[x][ref]\n\n[ref]: nowhere", "nowhere does not exist"},
		{"README.md", `<picture><img src="nowhere.svg"></picture>`, "nowhere.svg does not exist"},
		{"README.md", `in <a href="nowhere">a line</a>`, "nowhere does not exist"},
		{"README.md", "`[x](nowhere)`\n\n```\n[x](nowhere)\n```", ""},
		{"README.md", "[x](https://example.com/a#b), <https://example.com>, https://example.com, <a@example.com>", ""},
		{"README.md", "[x](http://example.com)", "use an https URL"},
		{"README.md", "see http://example.com", "use an https URL"},
		{"README.md", "[x](//example.com)", "use an https URL"},
		{"README.md", "[x](https://)", "use an https URL"},
		{"README.md", "[x](https://example.com/%zz)", "invalid URL"},
		{"README.md", "[x](/docs/load.md)", "use a path relative to the page"},
		{"README.md", "[x](" + blob + "docs/load.md#twice), [x](" + raw + "docs/load.svg)", ""},
		{"README.md", "[x](" + repository + "/issues)", ""},
		{"README.md", "[x](" + blob + "nowhere.md)", "nowhere.md does not exist"},
		{"README.md", "[x](" + blob + "docs/load.md#thrice)", "has no heading"},
		{"README.md", "![x](" + raw + "nowhere.svg)", "nowhere.svg does not exist"},
		{"README.md", "[x](" + registry + "/guides/other#twice)", ""},
		{"README.md", "[x](" + registry + "/guides/nowhere)", "docs/guides/nowhere.md does not exist"},
		{"README.md", "[x](" + registry + ")", "docs/index.md does not exist"},
		{"docs/guides/one.md", "[x](../data-sources/token.md#twice), [x](other.md)", ""},
		{"docs/guides/one.md", "[x](../data-sources/token)", "docs/data-sources/token does not exist"},
		{"docs/guides/one.md", "[x](../load.md)", "use " + blob + "docs/load.md"},
		{"docs/guides/one.md", "![x](../load.svg)", "use " + raw + "docs/load.svg"},
		{"docs/index.md", "# Here\n\n[x](#here), [x](" + registry + "/guides/other)", ""},
		{"docs/index.md", "[x](guides/other.md)", "do not work on the registry"},
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
			t.Errorf("%s: %q: got problems %q, want none", c.from, c.markdown, problems)
		}
		found := slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, c.problem) })
		if c.problem != "" && !found {
			t.Errorf("%s: %q: got problems %q, want %q", c.from, c.markdown, problems, c.problem)
		}
	}
}

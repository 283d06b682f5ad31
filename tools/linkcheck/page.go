package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// page is what links have to do with in a Markdown file.
type page struct {
	anchors map[string]bool
	links   []link
}

type link struct {
	target string
	line   int // of the paragraph, table cell or heading
}

// read finds the links and headings of a page, in Markdown and in HTML.
func read(source []byte) *page {
	source = withoutFrontMatter(source)
	p := &page{anchors: map[string]bool{}}
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it gives back the error of this function
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			p.heading(plain(n, source))
		case *ast.Link:
			p.link(n, source, string(n.Destination))
		case *ast.Image:
			p.link(n, source, string(n.Destination))
		case *ast.AutoLink:
			target := string(n.URL(source))
			if n.AutoLinkType == ast.AutoLinkEmail {
				target = "mailto:" + target
			}
			p.link(n, source, target)
		case *ast.RawHTML:
			p.html(n, source, n.Segments.Value(source))
		case *ast.HTMLBlock:
			p.html(n, source, n.Lines().Value(source))
		}
		return ast.WalkContinue, nil
	})
	return p
}

// withoutFrontMatter empties the lines of the front matter, which Markdown would
// take for a heading.
func withoutFrontMatter(source []byte) []byte {
	const fence = "---\n"
	if !bytes.HasPrefix(source, []byte(fence)) {
		return source
	}
	matter, rest, ok := bytes.Cut(source[len(fence):], []byte("\n"+fence))
	if !ok {
		return source
	}
	return append(bytes.Repeat([]byte("\n"), bytes.Count(matter, []byte("\n"))+3), rest...)
}

// plain is the text of a heading as a reader sees it.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch child := child.(type) {
		case *ast.Text:
			b.Write(child.Value(source))
		case *ast.String:
			b.Write(child.Value)
		default:
			b.WriteString(plain(child, source))
		}
	}
	return b.String()
}

// heading adds the anchor that GitHub gives to a heading: letters, digits,
// hyphens and underscores are left, and one that was there before is numbered.
func (p *page) heading(title string) {
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			return unicode.ToLower(r)
		}
		return -1
	}, title)
	each := anchor
	for n := 1; p.anchors[each]; n++ {
		each = fmt.Sprintf("%s-%d", anchor, n)
	}
	p.anchors[each] = true
}

func (p *page) link(n ast.Node, source []byte, target string) {
	for n.Type() == ast.TypeInline {
		n = n.Parent()
	}
	before := source[:0]
	if n.Lines().Len() > 0 {
		before = source[:n.Lines().At(0).Start]
	}
	p.links = append(p.links, link{target, bytes.Count(before, []byte("\n")) + 1})
}

// html adds what HTML in a page links to, and the anchors that it sets.
func (p *page) html(n ast.Node, source, fragment []byte) {
	tokens := html.NewTokenizer(bytes.NewReader(fragment))
	for tokens.Next() != html.ErrorToken {
		for _, attribute := range tokens.Token().Attr {
			switch attribute.Key {
			case "id", "name":
				p.anchors[attribute.Val] = true
			case "href", "src":
				p.link(n, source, attribute.Val)
			}
		}
	}
}

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

// page contains the links and the anchors of a Markdown file.
type page struct {
	anchors map[string]bool
	links   []link
}

// link is a link on a page.
type link struct {
	target string
	line   int // first line of the paragraph, table cell or heading that contains the link
}

// parsePage returns the links and anchors of a page, in Markdown and in HTML.
func parsePage(source []byte) *page {
	source = withoutFrontMatter(source)
	p := &page{anchors: map[string]bool{}}
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	// Walk returns only errors of this function, which returns none.
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			p.addHeading(plainText(n, source))
		case *ast.Link:
			p.addLink(n, source, string(n.Destination))
		case *ast.Image:
			p.addLink(n, source, string(n.Destination))
		case *ast.AutoLink:
			target := string(n.URL(source))
			if n.AutoLinkType == ast.AutoLinkEmail {
				target = "mailto:" + target
			}
			p.addLink(n, source, target)
		case *ast.RawHTML:
			p.addHTML(n, source, n.Segments.Value(source))
		case *ast.HTMLBlock:
			p.addHTML(n, source, n.Lines().Value(source))
		}
		return ast.WalkContinue, nil
	})
	return p
}

// withoutFrontMatter replaces the front matter with empty lines, because the parser would
// interpret it as a heading.
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

// plainText returns the text of a heading without its markup.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch child := child.(type) {
		case *ast.Text:
			b.Write(child.Value(source))
		case *ast.String:
			b.Write(child.Value)
		default:
			b.WriteString(plainText(child, source))
		}
	}
	return b.String()
}

// addHeading adds the anchor that GitHub creates for a heading: its letters, digits,
// hyphens and underscores, with a hyphen for each space, and a number if the anchor
// exists already.
func (p *page) addHeading(title string) {
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			return unicode.ToLower(r)
		}
		return -1
	}, title)
	unique := anchor
	for n := 1; p.anchors[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", anchor, n)
	}
	p.anchors[unique] = true
}

// addLink adds the link of a node, with the first line of the block that contains the node.
func (p *page) addLink(n ast.Node, source []byte, target string) {
	for n.Type() == ast.TypeInline {
		n = n.Parent()
	}
	before := source[:0]
	if n.Lines().Len() > 0 {
		before = source[:n.Lines().At(0).Start]
	}
	p.links = append(p.links, link{target, bytes.Count(before, []byte("\n")) + 1})
}

// addHTML adds the links and the anchors in a fragment of HTML.
func (p *page) addHTML(n ast.Node, source, fragment []byte) {
	tokens := html.NewTokenizer(bytes.NewReader(fragment))
	for tokens.Next() != html.ErrorToken {
		for _, attribute := range tokens.Token().Attr {
			switch attribute.Key {
			case "id", "name":
				p.anchors[attribute.Val] = true
			case "href", "src":
				p.addLink(n, source, attribute.Val)
			}
		}
	}
}

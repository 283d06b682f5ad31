// Command guide prints docs/guides/troubleshooting.md: the text of page.md.tmpl with a sample
// message and all messages of package message.
package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

func main() {
	if _, err := os.Stdout.WriteString(page()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// prose is the text of the page, with placeholders for the sample and the messages.
//
//go:embed page.md.tmpl
var prose string

// page returns the page in Markdown.
func page() string {
	var sections []string
	for _, s := range message.Sections() {
		sections = append(sections, section(s))
	}
	return strings.NewReplacer(
		"{{sample}}", sample(),
		"{{messages}}", strings.Join(sections, "\n\n"),
	).Replace(prose)
}

// section returns a section of the page.
func section(s message.Section) string {
	parts := []string{"## " + s.Title}
	if s.Intro != "" {
		parts = append(parts, s.Intro)
	}
	if table := failures(s.Messages); table != "" {
		parts = append(parts, table)
	}
	for _, m := range s.Messages {
		parts = append(parts, entry(m))
	}
	return strings.Join(parts, "\n\n")
}

// failures returns a table of failure codes. Each code is followed by links to the messages that
// can be its detail. failures returns "" if no message is the detail of a failure.
func failures(messages []message.Message) string {
	var codes []string
	links := map[string][]string{}
	for _, m := range messages {
		if m.Failure == "" {
			continue
		}
		if links[m.Failure] == nil {
			codes = append(codes, m.Failure)
		}
		links[m.Failure] = append(links[m.Failure], fmt.Sprintf("[%s](#%s)", m.Code, m.Code))
	}
	if len(codes) == 0 {
		return ""
	}
	table := "| failure | messages |\n|---|---|"
	for _, code := range codes {
		table += fmt.Sprintf("\n| `%s` | %s |", code, strings.Join(links[code], ", "))
	}
	return table
}

// entry returns the part of the page about one message. The heading is exactly the message's code,
// so that the code is also the anchor of the heading.
func entry(m message.Message) string {
	text := markdown(m.Text)
	if m.Failure != "" {
		text = "`" + m.Failure + "`: " + text
	}
	if strings.HasSuffix(m.Text, ":") {
		text += "\n> - *reasons*"
	}
	if m.Summary != "" {
		text = "**" + m.Summary + "**\n>\n> " + text
	}
	parts := []string{"### " + m.Code, "> " + text}
	if m.Next != "" {
		parts = append(parts, "**What to do:** "+markdown(m.Next))
	}
	if m.Variable != "" {
		parts = append(parts, "**What to do in the environment:** "+markdown(m.Variable))
	}
	if m.Guide != "" {
		parts = append(parts, m.Guide)
	}
	return strings.Join(parts, "\n\n")
}

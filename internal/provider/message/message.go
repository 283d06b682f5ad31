// Package message contains the text of every message of the provider: a description of
// each fault, and the next step. Diagnostics and the troubleshooting guide are generated
// from the same declarations.
package message

import (
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Message describes one fault. Text and Next are templates of package text/template
// with the values of the fault; see [Text].
type Message struct {
	// Code is the code of the fault, in lower case with hyphens.
	Code string
	// Summary is the first line of the diagnostic if the fault determines it, or "".
	Summary string
	// Text describes what is wrong, in sentences. If it ends with a colon, the reasons
	// are listed below it.
	Text string
	// Next describes what to do, in sentences; "" if Text does, or if nothing helps.
	Next string
	// Guide is further explanation in Markdown, for the troubleshooting guide only.
	Guide string
	// Failure is the code in the result failures that has this detail, or "".
	Failure string
	// Argument is the argument of the provider block at fault if the fault alone determines
	// it, or "". For a connection to another address than the issuer, connect_url takes the
	// place of issuer.
	Argument string
}

// Section is a part of the troubleshooting guide.
type Section struct {
	Title    string
	Intro    string // Markdown
	Messages []Message
}

// Sections returns all messages, in the order of the troubleshooting guide: the most
// common ones come first.
func Sections() []Section {
	return []Section{
		configuration(), credentials(), keyFiles(), keys(), rejections(),
		verdicts(), inactivity(), kinds(), jwts(),
		connections(), outages(), responses(), warnings(),
		exchanges(), revocations(), addresses(), transport(), arguments(), signatures(),
		documents(), bugs(),
	}
}

// byCode contains all messages. It is made when the first fault is described.
var byCode = sync.OnceValue(func() map[string]Message {
	all := map[string]Message{}
	for _, section := range Sections() {
		for _, m := range section.Messages {
			all[m.Code] = m
		}
	}
	return all
})

// Argument returns the name of the argument of the provider block that f concerns, ""
// if the fault alone does not determine it.
func Argument(f *fault.Fault) string { return byCode()[f.Code].Argument }

// firstLine returns the summary of a diagnostic about f, "" if the operation that failed
// determines it. isRequest is set if f made a request fail.
func firstLine(f *fault.Fault, isRequest bool) string {
	m := byCode()[f.Code]
	connectedTo, _ := f.Values["connected_to"].(string)
	switch {
	case m.Summary != "" || m.Argument == "" || !isRequest:
		return m.Summary
	case f.Values["from_environment"] == true:
		return EnvironmentSummary
	case m.Argument == "issuer" && connectedTo != "":
		return ProviderSummary("connect_url")
	}
	return ProviderSummary(m.Argument)
}

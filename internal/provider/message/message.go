// Package message contains the text of all of the provider's messages: a description of each
// fault, and the next step. Diagnostics and the troubleshooting guide are generated from the
// same declarations.
package message

import (
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Message describes one fault. Text, Next and Variable are templates in the syntax of package
// text/template. They are executed with the fault's values; see [Text].
type Message struct {
	// Code is the code of the fault, in lower case with hyphens.
	Code string
	// Summary is the first line of the diagnostic, or "" if the fault does not determine it.
	Summary string
	// Text describes what is wrong, in sentences. If it ends with a colon, the reasons
	// are listed below it.
	Text string
	// Next describes what to do, in sentences. It is "" if Text already describes it, or if
	// there is nothing to do.
	Next string
	// Variable replaces Next if the fault is in an environment variable. The "variable" value of
	// the fault is the name of the variable. Variable is "" if Next also applies to environment
	// variables.
	Variable string
	// Guide is an additional explanation, in Markdown, that only the troubleshooting guide contains.
	Guide string
	// Failure is the code of the entries in the "failures" attribute that have this message as
	// their detail, or "" if the message is not the detail of a failure.
	Failure string
	// Argument is the argument of the provider block that causes the fault, or "" if the fault
	// alone does not determine the argument. The diagnostic names a different argument instead of
	// issuer if the provider connected to connect_url, or if domain determines the address.
	Argument string
	// OfPort is true if Argument is issuer and the fault concerns the port. In this case, the
	// diagnostic names port instead of domain if port is set.
	OfPort bool
}

// Section is a part of the troubleshooting guide.
type Section struct {
	Title    string
	Intro    string // Markdown
	Messages []Message
}

// Sections returns all messages in the order of the troubleshooting guide. The most common
// messages come first.
func Sections() []Section {
	return []Section{
		configuration(), credentials(), keyFiles(), keys(), rejections(),
		verdicts(), inactivity(), kinds(), jwts(),
		connections(), outages(), responses(), warnings(),
		exchanges(), revocations(), addresses(), transport(), arguments(), signingInputs(), signatures(),
		documents(), bugs(),
	}
}

// byCode returns all messages by their codes. The first call builds the map.
var byCode = sync.OnceValue(func() map[string]Message {
	all := map[string]Message{}
	for _, section := range Sections() {
		for _, m := range section.Messages {
			all[m.Code] = m
		}
	}
	return all
})

// Argument returns the name of the argument of the provider block that causes the first fault in
// err. It returns "" if err contains no fault, or if the fault alone does not determine the argument.
func Argument(err error) string {
	faults := fault.All(err)
	if len(faults) == 0 {
		return ""
	}
	return byCode()[faults[0].Code].Argument
}

// firstLine returns the summary of a diagnostic about f, or "" if the failed operation
// determines it. isRequest is true if a request failed because of f.
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
	case m.Argument == "issuer" && f.Values["by_domain"] == true && f.Values["port_set"] == true && m.OfPort:
		return ProviderSummary("port")
	case m.Argument == "issuer" && f.Values["by_domain"] == true:
		return ProviderSummary("domain")
	}
	return ProviderSummary(m.Argument)
}

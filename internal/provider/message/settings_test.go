package message_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// byVariables are the settings for [message.Diagnostic] if the user configured the connection with
// environment variables.
var byVariables = []any{
	"by_domain", true, "issuer_setting", "ZITADEL_ISSUER", "domain_setting", "ZITADEL_DOMAIN",
	"port_setting", "ZITADEL_PORT", "insecure_setting", "ZITADEL_INSECURE",
	"connect_url_setting", "ZITADEL_CONNECT_URL", "proxy_url_setting", "ZITADEL_PROXY_URL",
}

// TestArgumentInSummary checks which argument the summary of a failed request names. If domain
// determines the instance's address, the summary must name domain, or port if port is set and the
// message is about the port. For a connection to connect_url, it must name connect_url.
func TestArgumentInSummary(t *testing.T) {
	count := 0
	for code, m := range messages(t) {
		if m.Argument != "issuer" {
			if m.OfPort {
				t.Errorf("%s is about the port, but not about issuer", code)
			}
			continue
		}
		count++
		ofPort := "domain"
		if m.OfPort {
			ofPort = "port"
		}
		for _, c := range []struct {
			values   []any // of the fault
			settings message.Settings
			want     string
		}{
			{nil, message.Settings{}, "issuer"},
			{nil, message.Settings{PortSet: true}, "issuer"},
			{nil, message.Settings{ByDomain: true}, "domain"},
			{nil, message.Settings{ByDomain: true, PortSet: true}, ofPort},
			{[]any{"connected_to", "http://z.internal"}, message.Settings{ByDomain: true, PortSet: true}, "connect_url"},
		} {
			failure := &zitadel.Error{Op: "do it", Problem: fault.New(code, c.values...)}
			if summary, _ := message.Diagnostic("", failure, c.settings); summary != message.ProviderSummary(c.want) {
				t.Errorf("%s %v %+v: summary %q, want %q",
					code, c.values, c.settings, summary, message.ProviderSummary(c.want))
			}
		}
	}
	if count < 4 {
		t.Errorf("only %d messages are about issuer, want at least 4", count)
	}
}

// usesSettings matches templates that name the arguments or environment variables with which the user
// configured the connection.
var usesSettings = regexp.MustCompile(`\{\{\.address\}\}|_setting\b|template "proxy"`)

// TestSettings checks that, if the user configured the connection with environment variables,
// messages about the connection name these variables instead of arguments. No message may name
// issuer, because ZITADEL_DOMAIN determines the address.
func TestSettings(t *testing.T) {
	for code, m := range messages(t) {
		if !usesSettings.MatchString(m.Text+m.Next) && m.Argument != "issuer" && code != "domain-invalid" {
			continue
		}
		names := placeholdersOf(t, m)
		values := []any{"suggestion", "z.example"}
		for name := range names.required {
			values = append(values, name, example(name))
		}
		f := fault.New(code, append(values, byVariables...)...)
		next := message.Next(f)
		if found := regexp.MustCompile(`\b(connect_url|proxy_url)\b`).FindString(message.Text(f) + next); found != "" &&
			code != "unknown-instance" { // this message also suggests setting connect_url
			t.Errorf("%s names %s instead of a variable: %s", code, found, message.Text(f)+next)
		}
		for _, word := range strings.FieldsFunc(next, func(r rune) bool { return strings.ContainsRune(" ,.;:=()", r) }) {
			if code == "unknown-instance" && word == "domain" {
				continue // here, domain is an ordinary noun
			}
			if word == "insecure" || word == "domain" || word == "issuer" && code != "issuer-mismatch" && code != "proxy-tls" {
				t.Errorf("%s names %s instead of a variable: %s", code, word, next)
			}
		}
	}
}

// TestAssignments checks that the assignments that a message suggests for an invalid domain
// set only what has to change.
func TestAssignments(t *testing.T) {
	for _, c := range []struct{ port, insecure, arguments, variables string }{
		{"", "", `domain = "z.example"`, "ZITADEL_DOMAIN=z.example"},
		{"80", "", `domain = "z.example" and port = "80"`, "ZITADEL_DOMAIN=z.example and ZITADEL_PORT=80"},
		{"", "true", `domain = "z.example" and insecure = true`, "ZITADEL_DOMAIN=z.example and ZITADEL_INSECURE=true"},
		{
			"80", "false", `domain = "z.example", port = "80" and insecure = false`,
			"ZITADEL_DOMAIN=z.example, ZITADEL_PORT=80 and ZITADEL_INSECURE=false",
		},
	} {
		values := []any{"suggestion", "z.example", "port", c.port, "insecure", c.insecure}
		for want, settings := range map[string][]any{c.arguments: nil, c.variables: byVariables} {
			f := fault.New("domain-invalid", append(values, settings...)...)
			if next := message.Next(f); !strings.Contains(next, " "+want+".") {
				t.Errorf("got %q, want %s", next, want)
			}
		}
	}
}

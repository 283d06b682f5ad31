package provider_test

import (
	"cmp"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// surplusCodes contains the codes of the messages about extra characters around a value.
var surplusCodes = []string{
	"value-whitespace", "value-quoted", "credential-line-break", "header-value-invalid",
	"token-whitespace", "token-quoted",
}

// surpluses maps names to extra characters that users copy along with a value: the characters in front
// of the value, and the characters after it.
var surpluses = map[string][2]string{
	"space before": {" ", ""}, "line break": {"", "\n"}, "CRLF": {"", "\r\n"}, "tab": {"", "\t"},
	"no-break space": {"", "\u00a0"}, "byte order mark": {"\ufeff", ""}, "BOM and line break": {"\ufeff", "\n"},
	"zero-width space": {"", "\u200b"}, "quoted": {`"`, `"`}, "single-quoted": {"'", "'"},
	"smart quotes": {"\u201c", "\u201d"},
}

// acceptsSurplus reports whether no message about extra characters is expected for an argument, because
// the characters are part of the value or have no effect, or because a different message rejects the
// value. prefix contains the extra characters in front of the value.
func acceptsSurplus(argument, prefix string) bool {
	isQuote := strings.ContainsAny(prefix, "\"'\u201c")
	switch argument {
	case "defer_until", "transport_headers": // any text
		return true
	case "required_roles": // a role key may begin and end with any printable character
		return isQuote || prefix == " "
	case "ca_cert_pem", "client_cert_pem", "client_key_pem", "key_json": // PEM and JSON
		return !isQuote
	}
	return strings.HasSuffix(argument, "_token_type") // rejected by a message that suggests the valid value
}

// Each argument must reject extra characters that were copied along with its value, unless acceptsSurplus
// returns true. It must accept the value without these characters, and any value or expression that the
// message suggests.
func TestSurplus(t *testing.T) {
	t.Parallel()
	skipTable(t)
	p := startConfigured(t, surplusProvider())
	for _, a := range everyAttribute(providerSchemas()) {
		if a.NestedType != nil || a.Computed || a.Type.Is(tftypes.Bool) || a.Type.Is(tftypes.Number) {
			continue
		}
		for name, around := range surpluses {
			t.Run(a.String()+" "+name, func(t *testing.T) {
				t.Parallel()
				clean := sampleOf(a.name())
				value := around[0] + clean + around[1]
				found := readWith(t, p, a, value)
				text := messageOfSurplus(found)
				if text == "" {
					if !acceptsSurplus(a.name(), around[0]) {
						t.Errorf("the extra characters are accepted: %s", found)
					}
					return
				}
				corrected := []any{clean}
				if found := suggestedValue.FindStringSubmatch(text); found != nil {
					corrected = append(corrected, found[1])
				}
				if expression := acctest.ExpressionIn(text); expression != "" {
					corrected = append(corrected, acctest.EvaluateSuggestion(t, expression, value, nil))
				}
				for _, value := range corrected {
					corrected, _ := value.(string)
					if found := readWith(t, p, a, corrected); messageOfSurplus(found) != "" {
						t.Errorf("%q is rejected: %s", corrected, found)
					}
				}
			})
		}
	}
}

// suggestedValue matches the value that a message about extra characters suggests.
var suggestedValue = regexp.MustCompile(`Write (\S+?)\.?(?: If| \[)`)

// messageOfSurplus returns the detail of the first diagnostic about extra characters, or "" if there
// is none.
func messageOfSurplus(found acctest.Diagnostics) string {
	for _, d := range found {
		for _, code := range append(surplusCodes, "key-json-wrapped") {
			if strings.Contains(d.Detail, "["+code+"]") {
				return d.Detail
			}
		}
	}
	return ""
}

// sampleOf returns a sample value for an argument, without extra characters.
func sampleOf(argument string) string {
	samples := map[string]string{
		"issuer": "https://z.example", "domain": "z.example", "port": "8443", "connect_url": "https://10.0.0.1",
		"proxy_url": "http://proxy.example:3128", "key_json": acctest.ServiceKey(),
		"ca_cert_pem": "-----BEGIN CERTIFICATE-----",
	}
	for _, name := range []string{
		"assertion_lifetime", "key_expiry_warning", "request_timeout", "min_validity", "lifetime", "leeway",
	} {
		samples[name] = "5m"
	}
	return cmp.Or(samples[argument], "123456")
}

// surplusProvider returns a provider block with credentials, for an issuer that refuses connections.
func surplusProvider() object {
	return object{"issuer": "http://127.0.0.1:1", "max_retries": 0, "client_id": "a", "client_secret": "b"}
}

// readWith sets an attribute to text, reads the attribute's block with p, and returns the diagnostics.
// If the attribute is in the provider block, readWith does not use p. Instead, it configures a new
// process and, if that succeeds, reads zitadel_client_assertion.
func readWith(t *testing.T, p *acctest.Process, a attributeOf, text string) acctest.Diagnostics {
	t.Helper()
	value := any(text)
	switch {
	case a.Type.Is(tftypes.Set{}):
		value = []string{text}
	case a.Type.Is(tftypes.Map{}):
		value = object{"x-header": text}
	}
	block := object{a.path: value}
	if parent, name, isNested := strings.Cut(a.path, "."); isNested {
		block = object{parent: object{name: value}}
		switch name {
		case "client_id":
			block[parent].(object)["client_secret"] = "a"
		case "client_secret":
			block[parent].(object)["client_id"] = "a"
		}
	}
	provider := surplusProvider()
	if a.kind != "provider" {
		for name, required := range arguments(a.block) {
			if _, isSet := block[name]; !isSet {
				block[name] = required
			}
		}
		_, found := p.Read(a.kind, a.block, block)
		return found
	}
	switch a.path {
	case "key_json", "key_file", "assertion":
		delete(provider, "client_id")
		delete(provider, "client_secret")
	case "domain":
		delete(provider, "issuer")
	case "port":
		delete(provider, "issuer")
		provider["domain"] = "z.example"
	}
	maps.Copy(provider, block)
	p = startProvider(t)
	found := p.Configure(provider)
	if len(found) == 0 {
		_, found = p.Read("data", signing, nil)
	}
	return found
}

package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// The environment variables for the issuer and for credentials, in the order in which messages list
// them.
var (
	issuerVariables     = []string{"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_DOMAIN"}
	credentialVariables = []string{
		"ZITADEL_KEY_JSON", "ZITADEL_KEY_FILE", "ZITADEL_KEY_PATH",
		"ZITADEL_CLIENT_ID", "ZITADEL_CLIENT_SECRET", "ZITADEL_ASSERTION",
	}
)

// An invalid environment is always reported with the same message. The message lists the invalid
// variables in a fixed order, and contains none of their values.
func TestInvalidEnvironment(t *testing.T) {
	skipTable(t)
	environments := map[string]map[string]string{}
	everything := slices.Concat(issuerVariables, credentialVariables)
	for _, set := range slices.Concat(subsets(issuerVariables), subsets(credentialVariables), [][]string{everything}) {
		environment := map[string]string{}
		for _, name := range set {
			environment[name] = "https://canary@" + strings.ToLower(name) // a different value for each variable
		}
		environments[strings.Join(set, " ")] = environment
	}
	environments["ZITADEL_CONNECT_URL"] = map[string]string{"ZITADEL_CONNECT_URL": "https://canary@"}
	for name, environment := range environments {
		want := expectedFault(environment)
		if want == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			for variable, value := range environment {
				t.Setenv(variable, value)
			}
			block := object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())}
			if slices.ContainsFunc(issuerVariables, func(variable string) bool { return environment[variable] != "" }) {
				delete(block, "issuer")
			} else if environment["ZITADEL_CONNECT_URL"] == "" {
				delete(block, "key_json")
			}
			for range 5 { // if two names were in random order, each iteration would fail with probability 1/2
				for _, kind := range acctest.Kinds {
					p := startProvider(t)
					found := p.Configure(block)
					if len(found) == 0 {
						_, found = p.Read(kind, "zitadel_access_token", nil)
					}
					text, begins := found.String(), "ERROR [] "+message.EnvironmentSummary+": "+want
					if len(found) != 1 || !strings.HasPrefix(text, begins) || strings.Contains(text, "canary") {
						t.Fatalf("got %s, want %q", text, begins)
					}
				}
			}
			if n := i.Requests(optest.Discovery); n != 0 {
				t.Errorf("%d discovery requests, want 0", n)
			}
		})
	}
}

// expectedFault returns the expected lines of the message about an environment. It returns "" for an
// environment with a single form of credentials, which TestInvalidEnvironment skips.
func expectedFault(environment map[string]string) string {
	set := slices.Sorted(maps.Keys(environment))
	slices.SortFunc(set, func(a, b string) int {
		all := slices.Concat(issuerVariables, credentialVariables)
		return slices.Index(all, a) - slices.Index(all, b)
	})
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return environment[name] == "" })
	}
	forms := slices.DeleteFunc(slices.Clone(set), func(name string) bool { return name == "ZITADEL_CLIENT_SECRET" })
	switch {
	case has("ZITADEL_ISSUER", "ZITADEL_HOST"):
		return adviceOf("variables-differ", "variables", "ZITADEL_ISSUER and ZITADEL_HOST")
	case has("ZITADEL_KEY_FILE", "ZITADEL_KEY_PATH"):
		return adviceOf("variables-differ", "variables", "ZITADEL_KEY_FILE and ZITADEL_KEY_PATH")
	case len(forms) > 1:
		return adviceOf("variables-combined", "variables", joinNames(forms))
	case len(forms) == 0:
		return adviceOf("secret-variable-alone")
	case forms[0] == "ZITADEL_DOMAIN":
		return textOf("variable-invalid", "variable", forms[0]) + "\n  - " + adviceOf("domain-with-user")
	case slices.Contains([]string{"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_CONNECT_URL"}, forms[0]):
		return textOf("variable-invalid", "variable", forms[0]) + "\n  - " + adviceOf("url-with-user")
	}
	return ""
}

// joinNames joins two or more names for use in a sentence, such as "a, b and c".
func joinNames(names []string) string {
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// subsets returns all subsets of names except the empty set.
func subsets(names []string) (all [][]string) {
	for bits := 1; bits < 1<<len(names); bits++ {
		var set []string
		for n, name := range names {
			if bits>>n&1 == 1 {
				set = append(set, name)
			}
		}
		all = append(all, set)
	}
	return all
}

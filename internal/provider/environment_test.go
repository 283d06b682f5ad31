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

// The message for an invalid environment must list the invalid variables in a fixed order, and must
// contain none of their values.
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
			for range 5 { // if the order were random, two names would be in the wrong order half of the time
				for _, kind := range acctest.Kinds {
					p := startProvider(t)
					found := p.Configure(block)
					if len(found) == 0 {
						_, found = p.Read(kind, "zitadel_access_token", nil)
					}
					text, prefix := found.String(), "ERROR [] "+message.EnvironmentSummary+": "+want
					if len(found) != 1 || !strings.HasPrefix(text, prefix) || strings.Contains(text, "canary") {
						t.Fatalf("got %s, want one diagnostic that begins with %q and contains no secret", text, prefix)
					}
				}
			}
			if n := i.Requests(optest.Discovery); n != 0 {
				t.Errorf("%d discovery requests, want 0", n)
			}
		})
	}
}

// expectedFault returns the expected lines of the message about an invalid environment. It returns ""
// for a single form of credentials, which TestInvalidEnvironment skips.
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

// subsets returns all non-empty subsets of names.
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

// Environment variables must provide the values of arguments that are not set, and of no others.
func TestProviderFromEnvironment(t *testing.T) {
	i := acctest.StartIssuer(t)
	w := i.World
	host := strings.TrimPrefix(i.URL, "http://")
	domain, port, _ := strings.Cut(host, ":")
	folder := t.TempDir()
	service := acctest.WriteFile(t, folder, "service.json", w.Service.KeyJSON())
	other := acctest.WriteFile(t, folder, "jwt.json", w.ServiceJWT.KeyJSON())
	byFile := object{"issuer": i.URL, "key_file": service}
	presigned := startConfigured(t, byFile).MustRead("data", "zitadel_client_assertion", nil)["assertion"].(string)
	type environment map[string]string
	for name, c := range map[string]struct {
		environment environment
		block       object
		code        string // "" if the block succeeds
		values      []string
	}{
		"issuer and key_json": {environment: environment{
			"ZITADEL_ISSUER": i.URL, "ZITADEL_KEY_JSON": string(w.Service.KeyJSON()),
		}},
		"host and key_path": {environment: environment{"ZITADEL_HOST": i.URL, "ZITADEL_KEY_PATH": service}},
		"domain and key_file": {
			environment: environment{"ZITADEL_DOMAIN": domain, "ZITADEL_KEY_FILE": service},
			block:       object{"port": port, "insecure": true},
		},
		"client ID and secret": {
			environment: environment{"ZITADEL_CLIENT_ID": w.Service.Name, "ZITADEL_CLIENT_SECRET": w.Service.Secret},
			block:       object{"issuer": i.URL},
		},
		"assertion": {environment: environment{"ZITADEL_ASSERTION": presigned}, block: object{"issuer": i.URL}},
		"connect_url": {environment: environment{
			"ZITADEL_ISSUER": "http://127.0.0.1:1", "ZITADEL_CONNECT_URL": i.URL, "ZITADEL_KEY_FILE": service,
		}},
		"secret for a configured client ID": {
			environment: environment{"ZITADEL_CLIENT_SECRET": w.Service.Secret},
			block:       object{"issuer": i.URL, "client_id": w.Service.Name},
		},
		"configuration takes precedence": {
			environment: environment{
				"ZITADEL_ISSUER": "https://wrong.example", "ZITADEL_DOMAIN": "wrong.example",
				"ZITADEL_KEY_FILE": "/no/such/file", "ZITADEL_CLIENT_ID": "wrong",
			},
			block: byFile,
		},
		"secret for another program": {
			environment: environment{"ZITADEL_CLIENT_SECRET": "canary"}, block: byFile,
		},
		"key file, and a secret for another program": {
			environment: environment{"ZITADEL_KEY_FILE": service, "ZITADEL_CLIENT_SECRET": "canary"},
			block:       object{"issuer": i.URL},
		},
		"same file in two variables": {
			environment: environment{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_PATH": service},
			block:       object{"issuer": i.URL},
		},
		"empty variables are ignored": {
			environment: environment{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_JSON": "", "ZITADEL_CLIENT_ID": ""},
			block:       object{"issuer": i.URL},
		},
		"two forms of credentials": {
			environment{"ZITADEL_KEY_FILE": service, "ZITADEL_CLIENT_ID": "a", "ZITADEL_CLIENT_SECRET": "canary"},
			object{"issuer": i.URL}, "variables-combined", []string{"ZITADEL_KEY_FILE and ZITADEL_CLIENT_ID"},
		},
		"two forms of credentials, key_path": {
			environment{"ZITADEL_KEY_PATH": service, "ZITADEL_ASSERTION": "canary"},
			object{"issuer": i.URL}, "variables-combined", []string{"ZITADEL_KEY_PATH and ZITADEL_ASSERTION"},
		},
		"different files in two variables": {
			environment{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_PATH": other},
			object{"issuer": i.URL}, "variables-differ", []string{"ZITADEL_KEY_FILE and ZITADEL_KEY_PATH"},
		},
		"issuer and domain": {
			environment{"ZITADEL_ISSUER": i.URL, "ZITADEL_DOMAIN": domain},
			object{"key_file": service}, "variables-combined", []string{"ZITADEL_ISSUER and ZITADEL_DOMAIN"},
		},
		"invalid issuer": {
			environment{"ZITADEL_ISSUER": "zitadel.example"},
			object{"key_file": service}, "url-without-scheme", []string{"ZITADEL_ISSUER", "https://zitadel.example"},
		},
		"invalid connect_url": {
			environment{"ZITADEL_CONNECT_URL": "z.example"}, byFile, "url-without-scheme",
			[]string{"ZITADEL_CONNECT_URL", "https://z.example"},
		},
		"client ID without secret": {
			nil, object{"issuer": i.URL, "client_id": "a"},
			"client-id-without-secret", []string{"argument client_id of the provider block", "ZITADEL_CLIENT_SECRET"},
		},
		"secret in the configuration, client ID in the environment": {
			environment{"ZITADEL_CLIENT_ID": w.Service.Name}, object{"issuer": i.URL, "client_secret": "canary"},
			"client-secret-without-id", []string{"[client_secret]"},
		},
		"no issuer":      {environment{"ZITADEL_KEY_FILE": service}, nil, "issuer-missing", nil},
		"no credentials": {nil, object{"issuer": i.URL}, "credentials-missing", nil},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv(variable, value)
			}
			p := startProvider(t)
			found := p.Configure(c.block)
			if len(found) == 0 {
				_, found = p.Read("data", "zitadel_access_token", nil)
			}
			if c.code == "" {
				if len(found) > 0 {
					t.Fatal(found)
				}
				return
			}
			checkCodes(t, found, c.code)
			acctest.CheckContains(t, found, append(c.values, "ERROR")...)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("the diagnostics contain a secret:\n%s", found)
			}
		})
	}
}

package provider_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// hcl matches text that makes sense only in a configuration: a function call, an argument with a
// value, a reference, or the word HCL.
var hcl = regexp.MustCompile(`\b[a-z0-9_]+\([^)]|\b[a-z_]+ = |\$\{(path|var)\b|\bvar\.|\bpath\.module\b|\bHCL\b`)

// setsArgument matches advice to set an argument of the provider block.
var setsArgument = sync.OnceValue(func() *regexp.Regexp {
	var names []string
	for _, a := range everyAttribute(providerSchemas()) {
		if a.kind == "provider" {
			names = append(names, a.name())
		}
	}
	return regexp.MustCompile(`(?i)\b(?:set|sets|remove|check|correct)\b (?-i:` + strings.Join(names, "|") + `)\b`)
})

// checkEnvironmentAdvice reports an error if a message about an environment variable suggests something
// that makes sense only in a configuration.
func checkEnvironmentAdvice(t *testing.T, text string) {
	t.Helper()
	text, _, _ = strings.Cut(text, "\nSee http")
	for _, pattern := range []*regexp.Regexp{hcl, setsArgument()} {
		if found := pattern.FindString(text); found != "" {
			t.Errorf("the message about a variable contains %q:\n%s", found, text)
		}
	}
}

// A message about the value of an environment variable must suggest nothing that makes sense only in a
// configuration. The values are the forms of keys, addresses, tokens and other values in the testdata
// folders of the packages key, zitadel, token and acctest.
func TestVariableAdviceContainsNoHCL(t *testing.T) {
	skipTable(t)
	values := map[string]map[string]string{} // by variable and form name
	add := func(variable, name, value string) {
		if values[variable] == nil {
			values[variable] = map[string]string{}
		}
		if value != "" && !strings.Contains(value, "\x00") { // a variable cannot contain a zero byte
			values[variable][name] = value
		}
	}
	folder, keys, _ := keyForms(t)
	for _, form := range keys {
		file := filepath.Join(folder, filepath.FromSlash(form.File))
		add("ZITADEL_KEY_FILE", "content of "+form.File, acctest.ReadFile(t, file))
		if form.Code == "" {
			continue
		}
		add("ZITADEL_KEY_FILE", form.File, file)
		if form.Text {
			add("ZITADEL_KEY_JSON", form.File, acctest.ReadFile(t, file))
		}
	}
	for name, path := range map[string]string{
		"home": "~/key.json", "relative": "key.json", "variable": "$HOME/key.json", "folder": t.TempDir(),
		"file URL": "file:///no/key.json", "curl": "@key.json", "URL": "https://z.example/key.json", "reference": "var.key",
		"call": `file("key.json")`,
	} {
		add("ZITADEL_KEY_PATH", name, path)
	}
	for _, form := range addressForms(t) {
		if form.Code == "" {
			continue
		}
		add("ZITADEL_"+strings.ToUpper(form.argument()), form.Name(), form.Text)
	}
	for argument, forms := range valueForms(t) {
		for _, form := range forms {
			if form.Code == "" {
				continue
			}
			add("ZITADEL_"+strings.ToUpper(argument), form.Name(), form.Text)
		}
	}
	for _, form := range acctest.ReadForms(t, filepath.Join("..", "token", "testdata", "forms"), 60) {
		add("ZITADEL_ASSERTION", form.Name(), form.Text)
	}
	reported := 0
	for _, variable := range acctest.SortedKeys(values) {
		for name, value := range values[variable] {
			t.Run(variable+"/"+name, func(t *testing.T) {
				t.Setenv(variable, value)
				block := object{"issuer": "http://127.0.0.1:1", "client_id": "a", "client_secret": "b", "max_retries": 0}
				switch argument := strings.ToLower(strings.TrimPrefix(variable, "ZITADEL_")); argument {
				case "issuer", "domain", "port":
					delete(block, "issuer")
				case "key_json", "key_file", "key_path", "client_id", "client_secret", "assertion":
					maps.DeleteFunc(block, func(name string, _ any) bool { return strings.HasPrefix(name, "client_") })
				}
				_, found := startConfigured(t, block).Read("data", accessTokenBlock, nil)
				for _, d := range found {
					if text, _, _ := strings.Cut(d.Detail, "\nSee http"); strings.Contains(text, variable) {
						reported++
						checkEnvironmentAdvice(t, text)
					} // otherwise, the message is not about the value of this variable
				}
			})
		}
	}
	if reported < 300 {
		t.Errorf("%d messages about a variable, want at least 300", reported)
	}
}

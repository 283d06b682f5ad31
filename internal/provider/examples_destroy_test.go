package provider_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

var (
	providerBlock = regexp.MustCompile(`(?ms)^provider "([\w-]+)" \{([^\n]*\}$|\n.*?^\})`)
	managedBlock  = regexp.MustCompile(`(?ms)^resource "([\w-]+)" "[^"\n]*" \{([^\n]*\}$|\n.*?^\})`)
	aliasArgument = regexp.MustCompile(`(?m)^\s*alias\s*=\s*"([\w-]+)"`)
	providerOf    = regexp.MustCompile(`(?m)^\s*provider\s*=\s*([\w.-]+)`)
	dataReference = regexp.MustCompile(`\bdata\.[\w-]+\.`)
)

// unsafeProviders returns the names of the providers in a configuration that are configured with a
// data source's result but have no managed resource. During destroy, the CLI might configure such a
// provider without that result.
func unsafeProviders(config string) (names []string) {
	managed := map[string]bool{}
	for _, block := range managedBlock.FindAllStringSubmatch(config, -1) {
		name, _, _ := strings.Cut(block[1], "_")
		if explicit := providerOf.FindStringSubmatch(block[2]); explicit != nil {
			name = explicit[1]
		}
		managed[name] = true
	}
	for _, block := range providerBlock.FindAllStringSubmatch(config, -1) {
		name := block[1]
		if alias := aliasArgument.FindStringSubmatch(block[2]); alias != nil {
			name += "." + alias[1]
		}
		if dataReference.MatchString(block[2]) && !managed[name] {
			names = append(names, name)
		}
	}
	return names
}

// If an example or a page configures a provider with a data source's result, the same configuration
// must contain a managed resource of that provider. Otherwise, destroy fails at random.
func TestExamplesDestroySafely(t *testing.T) {
	t.Parallel()
	fence := regexp.MustCompile("(?ms)^[ \t]*```(?:terraform|hcl|tf)\n(.*?)^[ \t]*```")
	configs := map[string]string{} // by folder, or by page and code block number
	root := filepath.Join("..", "..")
	for _, at := range []string{"examples", "templates", "docs", "README.md", "CONTRIBUTING.md", "SECURITY.md"} {
		err := filepath.WalkDir(filepath.Join(root, at), func(at string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			switch filepath.Ext(at) {
			case ".tf":
				configs[filepath.Dir(at)] += acctest.ReadFile(t, at) + "\n"
			case ".md", ".tmpl":
				for i, block := range fence.FindAllStringSubmatch(acctest.ReadFile(t, at), -1) {
					configs[fmt.Sprintf("%s, block %d", at, i+1)] = block[1]
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	withResult := 0
	for name, config := range configs {
		for _, block := range providerBlock.FindAllStringSubmatch(config, -1) {
			if dataReference.MatchString(block[2]) {
				withResult++
			}
		}
		if unsafe := unsafeProviders(config); len(unsafe) > 0 {
			t.Errorf("%s: providers configured with a data source's result have no managed resource: %v", name, unsafe)
		}
	}
	if withResult < 2 || len(configs) < 60 { // an example, and the page that shows it
		t.Errorf("%d provider blocks use a data source's result, in %d configurations; want at least 2 in 60",
			withResult, len(configs))
	}
}

func TestUnsafeProviders(t *testing.T) {
	t.Parallel()
	const (
		token   = "token = data.zitadel_access_token.this.access_token"
		config  = "provider \"a\" {\n  x {\n    " + token + "\n  }\n}\n"
		aliased = "provider \"a\" {\n  alias = \"b\"\n  token = \"${data.zitadel_token_exchange.this[0].token}\"\n}\n"
	)
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"no resource":                 {config, []string{"a"}},
		"only data sources":           {config + "data \"a_b\" \"this\" {\n}\n", []string{"a"}},
		"another provider's resource": {config + "resource \"c_d\" \"this\" {}\n", []string{"a"}},
		"resource":                    {config + "resource \"a_d\" \"this\" {}\n", nil},
		"resource with provider set":  {config + "resource \"c_d\" \"this\" {\n  provider = a\n}\n", nil},
		"alias":                       {aliased + "resource \"a_d\" \"this\" {}\n", []string{"a.b"}},
		"aliased provider's resource": {aliased + "resource \"a_d\" \"this\" {\n  provider = a.b\n}\n", nil},
		"on one line":                 {"provider \"a\" { " + token + " }\n", []string{"a"}},
		"ephemeral token":             {"provider \"a\" {\n  token = ephemeral.zitadel_access_token.this.token\n}\n", nil},
		"data source elsewhere":       {"provider \"a\" {}\nlocals {\n  " + token + "\n}\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := unsafeProviders(c.config); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

package provider_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

var exampleRoot = filepath.Join("..", "..", "examples")

// examples returns the folders of the examples: complete configurations, and the blocks
// of the registry pages.
func examples(t *testing.T) (whole, pages []string) {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(exampleRoot, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(at) != ".tf" {
			return err
		}
		name, err := filepath.Rel(exampleRoot, filepath.Dir(at))
		if err != nil {
			return err
		}
		parts := strings.Split(name, string(filepath.Separator))
		switch group := parts[0]; {
		case group == "guides" && len(parts) > 1: // including its modules
			name = filepath.Join(parts[:2]...)
		case group == "data-sources" || group == "ephemeral-resources" || group == "functions":
			if !seen[name] {
				pages = append(pages, name)
			}
			seen[name] = true
			return nil
		default:
			name = group
		}
		if !seen[name] {
			whole = append(whole, name)
		}
		seen[name] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(whole) < 5 || len(pages) < 20 {
		t.Fatalf("only %d examples and %d pages", len(whole), len(pages))
	}
	return whole, pages
}

// Each block of an example or a page that validates a token sets the audience that
// the token must have, because examples are copied.
func TestExamplesCheckAudience(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile(`(?ms)^(?:data|ephemeral) "zitadel_(?:introspection|token_verification)" "[^\n]*\n(.*?)^}`)
	audience := regexp.MustCompile(`required_audience += \[(var|zitadel_project)\.`)
	var files []string
	for _, pattern := range []string{
		"examples/*/*.tf", "examples/*/*/*.tf", "docs/*.md", "docs/*/*.md", "README.md", "templates/*.tmpl",
		"templates/*/*.tmpl",
	} {
		found, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	blocks := 0
	for _, at := range files {
		content := acctest.ReadFile(t, at)
		for _, found := range block.FindAllStringSubmatch(content, -1) {
			blocks++
			if !audience.MatchString(found[1]) {
				t.Errorf("%s: %s", at, found[0])
			}
		}
		if strings.Contains(content, "leeway ") && strings.HasSuffix(at, ".tf") {
			t.Errorf("%s sets leeway", at)
		}
	}
	if blocks < 20 {
		t.Errorf("only %d blocks found", blocks)
	}
}

var (
	sourcePattern  = regexp.MustCompile(`source = "([\w-]+)/([\w-]+)"`)
	gatewayPattern = regexp.MustCompile(`transport_headers = \{ ([\w-]+) = [\w.]+\.access_token \}`)
	tokenPattern   = regexp.MustCompile(`(?s)((?:# [^\n]*\n)*)(?:data|ephemeral) "zitadel_access_token" [^{]*\{(.*?)\n\}`)
)

// signerPattern matches a block of another provider that signs an assertion, and
// systemPattern a provider that receives an assertion. Their services do not receive a
// token of the issuer.
var (
	signerPattern = regexp.MustCompile(`(?m)^data "([a-z]+)_transit_sign"`)
	systemPattern = regexp.MustCompile(`(?m)^  access_token = ephemeral\.zitadel_client_assertion\.`)
)

// recipients returns the services to which an example passes a token, according to its
// text: those of other providers, and gateways.
func recipients(t *testing.T, example string) (services []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(exampleRoot, example, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range files {
		content := acctest.ReadFile(t, at)
		signer := signerPattern.FindStringSubmatch(content)
		for _, source := range sourcePattern.FindAllStringSubmatch(content, -1) {
			isSigner := signer != nil && signer[1] == source[2]
			isSystem := source[2] == "zitadel" && systemPattern.MatchString(content)
			if source[1] != "zitadel-tokens" && !isSigner && !isSystem {
				services = append(services, source[2])
			}
		}
		for _, header := range gatewayPattern.FindAllStringSubmatch(content, -1) {
			services = append(services, "header "+header[1])
		}
	}
	slices.Sort(services)
	return services
}

// An example that passes a token to a foreign service requests only the audience that
// the service needs, and explains that in a comment.
func TestExamplesOfForeignServices(t *testing.T) {
	t.Parallel()
	whole, pages := examples(t)
	foreign := 0
	for _, name := range slices.Concat(whole, pages) {
		services := recipients(t, name)
		if len(services) == 0 || slices.Equal(services, []string{"zitadel"}) {
			continue
		}
		foreign++
		t.Run(name, func(t *testing.T) {
			block := tokenPattern.FindStringSubmatch(acctest.ReadFile(t, filepath.Join(exampleRoot, name, "main.tf")))
			if block == nil {
				t.Fatal("no block requests a token")
			}
			if !acctest.ContainsAll(
				strings.ReplaceAll(block[1], "\n# ", " "),
				"ZITADEL's own API",
				"act as this service account",
			) {
				t.Errorf("the comment does not explain the audience: %q", block[1])
			}
			if !acctest.ContainsAll(block[2], "project_ids = [var.project_id]", "scopes      = []") {
				t.Errorf("the block requests more than one project: %s", block[2])
			}
		})
	}
	if foreign < 4 {
		t.Errorf("only %d examples of foreign services", foreign)
	}
}

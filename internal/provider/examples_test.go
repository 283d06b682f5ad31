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

// examples returns the folders of the examples, relative to exampleRoot. The examples in complete are
// whole configurations. Those in pages are single blocks from registry pages.
func examples(t *testing.T) (complete, pages []string) {
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
		case group == "guides" && len(parts) > 1: // including the modules of the guide
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
			complete = append(complete, name)
		}
		seen[name] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(complete) < 5 || len(pages) < 20 {
		t.Fatalf("%d complete examples and %d from pages, want at least 5 and 20", len(complete), len(pages))
	}
	return complete, pages
}

// In examples and on pages, each block that validates a token must set required_audience,
// because users copy these blocks.
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
				t.Errorf("%s: no required_audience in:\n%s", at, found[0])
			}
		}
		if strings.Contains(content, "leeway ") && strings.HasSuffix(at, ".tf") {
			t.Errorf("%s sets leeway, want the default", at)
		}
	}
	if blocks < 20 {
		t.Errorf("%d blocks that validate a token, want at least 20", blocks)
	}
}

var (
	sourcePattern  = regexp.MustCompile(`source = "([\w-]+)/([\w-]+)"`)
	gatewayPattern = regexp.MustCompile(`transport_headers = \{ ([\w-]+) = [\w.]+\.access_token \}`)
	tokenPattern   = regexp.MustCompile(`(?s)((?:# [^\n]*\n)*)(?:data|ephemeral) "zitadel_access_token" [^{]*\{(.*?)\n\}`)
)

// signerPattern matches a block in which another provider signs an assertion. systemPattern
// matches the configuration of a provider that receives an assertion. Neither provider
// receives a token from the issuer.
var (
	signerPattern = regexp.MustCompile(`(?m)^data "([a-z]+)_transit_sign"`)
	systemPattern = regexp.MustCompile(`(?m)^  access_token = ephemeral\.zitadel_client_assertion\.`)
)

// recipients determines from the text of an example to which services it passes a token: other
// providers' services, and gateways.
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

// An example that passes a token to a third-party service must request only the audience that
// the service needs, and must have a comment that explains why.
func TestExamplesOfForeignServices(t *testing.T) {
	t.Parallel()
	complete, pages := examples(t)
	thirdParty := 0
	for _, name := range slices.Concat(complete, pages) {
		services := recipients(t, name)
		if len(services) == 0 || slices.Equal(services, []string{"zitadel"}) {
			continue
		}
		thirdParty++
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
				t.Errorf("the block requests more than the audience of one project: %s", block[2])
			}
		})
	}
	if thirdParty < 4 {
		t.Errorf("%d examples of third-party services, want at least 4", thirdParty)
	}
}

package provider_test

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// ringTerms contains the argument names that are also terms of a standard. The packages below the
// provider are allowed to use them.
var ringTerms = []string{
	"client_id", "client_secret", // parameters of RFC 6749
	"subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type", // and of RFC 8693
}

// In the packages below the provider, strings and comments must not contain the name of an argument, a
// block or a function. One-word names of arguments, such as "issuer", are exempt, because they are also
// ordinary words.
func TestInnerPackagesContainNoHCL(t *testing.T) {
	t.Parallel()
	schemas, err := provider.NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := map[string]bool{}
	var arguments func(attributes []*tfprotov6.SchemaAttribute)
	arguments = func(attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			isArgument := a.Required || a.Optional
			if isArgument && strings.Contains(a.Name, "_") && !slices.Contains(ringTerms, a.Name) {
				vocabulary[a.Name] = true
			}
			if isArgument && a.NestedType != nil {
				arguments(a.NestedType.Attributes)
			}
		}
	}
	arguments(schemas.Provider.Block.Attributes)
	for _, blocks := range []map[string]*tfprotov6.Schema{schemas.DataSourceSchemas, schemas.EphemeralResourceSchemas} {
		for name, schema := range blocks {
			vocabulary[name] = true
			arguments(schema.Block.Attributes)
		}
	}
	for name := range schemas.Functions {
		vocabulary[name] = true
	}
	if len(vocabulary) < 35 {
		t.Fatalf("found %d names, want at least 35: %q", len(vocabulary), slices.Sorted(maps.Keys(vocabulary)))
	}
	// The functions and references of HCL are forbidden, too.
	names := append(slices.Sorted(maps.Keys(vocabulary)), "trimspace", "jsonencode", "jsondecode", "base64decode",
		"pathexpand", "depends_on")
	pattern := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\b|\bfile\(|\bpath\.module\b`)

	for _, folder := range []string{"fault", "key", "object", "pasted", "token", "zitadel"} {
		paths, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no sources in %s: %v", folder, err)
		}
		for _, at := range paths {
			if strings.HasSuffix(at, "_test.go") {
				continue
			}
			set := gotoken.NewFileSet()
			file, err := parser.ParseFile(set, at, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			check := func(n ast.Node, text string) {
				if found := pattern.FindString(text); found != "" {
					t.Errorf("%s: %q belongs to the HCL vocabulary: %s", set.Position(n.Pos()), found, text)
				}
			}
			for _, group := range file.Comments {
				for _, comment := range group.List {
					check(comment, comment.Text)
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ImportSpec:
					return false
				case *ast.BasicLit:
					if n.Kind == gotoken.STRING {
						check(n, n.Value)
					}
				}
				return true
			})
		}
	}
}

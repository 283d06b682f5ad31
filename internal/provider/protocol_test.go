package provider_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// object is an HCL object: of strings, bools, ints, lists, objects and unknown.
type object map[string]any

// unknown is a value that is known only after apply.
type unknown struct{}

// process is one provider process, as a CLI would start it, without the CLI.
type process struct {
	t       testing.TB
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	private sync.Map // what the CLI keeps until Close, by access token

	quiet bool // keeps no evidence
	logs  sync.Once
	log   *os.File
}

func start(t testing.TB) *process {
	t.Helper()
	return &process{t: t, server: provider.NewServerWithoutWaits(), schemas: schemas()}
}

// startOn starts a process on a network of the test's.
func startOn(t *testing.T, n *network) *process {
	t.Helper()
	return &process{t: t, server: provider.NewServerDialing(n.dial), schemas: schemas(), quiet: true}
}

// schemas are the same in each process.
var schemas = sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
	found, err := provider.NewServer("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		panic(err)
	}
	return found
})

// configured starts a process with a provider block that must be accepted.
func configured(t testing.TB, block object) *process {
	t.Helper()
	p := start(t)
	if found := p.configure(block); len(found) > 0 {
		t.Fatalf("provider block: %v", found)
	}
	return p
}

// configure validates a provider block and configures the provider with it.
func (p *process) configure(block object) diagnostics {
	p.t.Helper()
	value := p.encode(p.schemas.Provider, block)
	validated, err := p.server.ValidateProviderConfig(p.logged(p.t.Context()), &tfprotov6.ValidateProviderConfigRequest{Config: value})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return p.heard(validated.Diagnostics)
	}
	return p.take(value)
}

// take configures the provider with a block that is valid.
func (p *process) take(block *tfprotov6.DynamicValue) diagnostics {
	p.t.Helper()
	done, err := p.server.ConfigureProvider(p.logged(p.t.Context()), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: block})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.heard(done.Diagnostics)
}

// kinds are the two ways to make one read.
var kinds = []string{"data", "ephemeral"}

// read validates a block and reads it, as a data source or as an ephemeral
// resource.
func (p *process) read(kind, name string, block object) (object, diagnostics) {
	p.t.Helper()
	return p.readContext(p.t.Context(), kind, name, block)
}

func (p *process) readContext(ctx context.Context, kind, name string, block object) (object, diagnostics) {
	p.t.Helper()
	ctx = p.logged(ctx)
	if kind == "ephemeral" {
		return p.open(ctx, name, block)
	}
	schema := p.schemas.DataSourceSchemas[name]
	value := p.encode(schema, block)
	validated, err := p.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: value})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, p.heard(validated.Diagnostics)
	}
	done, err := p.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: value})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.decode(schema, done.State), p.heard(done.Diagnostics)
}

func (p *process) open(ctx context.Context, name string, block object) (object, diagnostics) {
	p.t.Helper()
	schema := p.schemas.EphemeralResourceSchemas[name]
	value := p.encode(schema, block)
	validated, err := p.server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: value})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, p.heard(validated.Diagnostics)
	}
	done, err := p.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: value})
	if err != nil {
		p.t.Fatal(err)
	}
	result := p.decode(schema, done.Result)
	if done.Private != nil {
		p.private.Store(result["access_token"], done.Private)
	}
	return result, p.heard(done.Diagnostics)
}

// close closes the access token that was opened with a result.
func (p *process) close(result object) diagnostics {
	p.t.Helper()
	private, _ := p.private.Load(result["access_token"])
	kept, _ := private.([]byte)
	done, err := p.server.CloseEphemeralResource(p.logged(p.t.Context()), &tfprotov6.CloseEphemeralResourceRequest{TypeName: opened, Private: kept})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.heard(done.Diagnostics)
}

// stop interrupts the run, as Ctrl-C does.
func (p *process) stop() string {
	p.t.Helper()
	done, err := p.server.StopProvider(p.logged(p.t.Context()), &tfprotov6.StopProviderRequest{})
	if err != nil {
		p.t.Fatal(err)
	}
	printed(p.t, "diagnostics", done.Error)
	return done.Error
}

// end shuts the process down, and returns what its log contains.
func (p *process) end() string {
	p.t.Helper()
	err := provider.EndProcess(p.server)
	if err == nil {
		return ""
	}
	printed(p.t, "diagnostics", err.Error())
	return err.Error()
}

// must is read of a block that works without any diagnostic.
func (p *process) must(kind, name string, block object) object {
	p.t.Helper()
	result, found := p.read(kind, name, block)
	if len(found) > 0 {
		p.t.Fatalf("%s %s: %v", kind, name, found)
	}
	return result
}

// diagnostics are what a practitioner reads.
type diagnostics []*tfprotov6.Diagnostic

func (d diagnostics) String() string {
	var lines []string
	for _, each := range d {
		at := ""
		if each.Attribute != nil {
			at = strings.NewReplacer("AttributeName(\"", "", "\")", "", "ElementKeyString(\"", "", "ElementKeyValue(", "[").Replace(each.Attribute.String())
		}
		lines = append(lines, fmt.Sprintf("%s [%s] %s: %s", each.Severity, at, each.Summary, each.Detail))
	}
	return strings.Join(lines, "\n")
}

// attributes walks a schema: each attribute with its path.
func attributes(schema *tfprotov6.Schema) map[string]*tfprotov6.SchemaAttribute {
	all := map[string]*tfprotov6.SchemaAttribute{}
	var walk func(string, []*tfprotov6.SchemaAttribute)
	walk = func(prefix string, some []*tfprotov6.SchemaAttribute) {
		for _, attribute := range some {
			all[prefix+attribute.Name] = attribute
			if attribute.NestedType != nil {
				walk(prefix+attribute.Name+".", attribute.NestedType.Attributes)
			}
		}
	}
	walk("", schema.Block.Attributes)
	return all
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// hasAll reports whether text has all of the words.
func hasAll(text string, words ...string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

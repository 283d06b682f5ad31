package provider_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// The shipped binary links neither the issuer of the tests nor the library that
// it is built on.
func TestShippedBinaryLinks(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "github.com/zitadel-tokens/terraform-provider-zitadel").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(output))
	for _, each := range linked {
		if strings.HasPrefix(each, "github.com/zitadel/") || strings.Contains(each, "/internal/optest") || strings.HasPrefix(each, "github.com/hashicorp/terraform-plugin-testing") {
			t.Errorf("it links %s", each)
		}
	}
	if len(linked) < 100 {
		t.Errorf("only %d packages listed, so this test shows nothing", len(linked))
	}
}

// The CLI starts several processes for a run, most of which only tell what the
// provider is. So our packages have nothing ready before they are asked: what
// the runtime counts here is a few error values.
func TestShippedBinaryStartsWithoutWork(t *testing.T) {
	folder, err := build()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(folder, executable("terraform-provider-zitadel")))
	command.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "init google.golang.org/grpc ") {
		t.Fatalf("it was to trace its start, and to say that it is a plugin: %v\n%s", err, output)
	}
	for line := range strings.Lines(string(output)) {
		if !strings.HasPrefix(line, "init github.com/zitadel-tokens/") {
			continue
		}
		words := strings.Fields(line)
		if allocations, err := strconv.Atoi(words[len(words)-2]); err != nil || allocations > 10 {
			t.Errorf("%s (%v)", strings.TrimSpace(line), err)
		}
	}
}

// A process that only validates needs neither key nor issuer.
func TestValidatingAsksNobody(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL, "key_file": "/there/is/no/such/key.json"})
	blocks := map[string]object{
		"zitadel_access_token":         {},
		"zitadel_client_assertion":     {"credentials": object{"key_json": "no key either"}},
		"zitadel_introspection":        {"token": "opaque", "credentials": object{"key_file": "/nor/this"}},
		"zitadel_token_verification":   {"token": "opaque"},
		"zitadel_userinfo":             {"token": "opaque"},
		"zitadel_token_exchange":       {"subject_token": "opaque"},
		"zitadel_key_info":             {},
		"zitadel_openid_configuration": {},
		"zitadel_jwks":                 {},
	}
	for name, schema := range p.schemas.DataSourceSchemas {
		done, err := p.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: p.encode(schema, blocks[name])})
		if err != nil || len(done.Diagnostics) > 0 {
			t.Errorf("%s: %v %v", name, diagnostics(done.Diagnostics), err)
		}
	}
	for name, schema := range p.schemas.EphemeralResourceSchemas {
		done, err := p.server.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: p.encode(schema, blocks[name])})
		if err != nil || len(done.Diagnostics) > 0 {
			t.Errorf("ephemeral %s: %v %v", name, diagnostics(done.Diagnostics), err)
		}
	}
	if n := i.Connections(); n > 0 {
		t.Errorf("%d connections to the issuer", n)
	}
	if _, found := p.read("data", "zitadel_client_assertion", object{}); !hasAll(found.String(), "/there/is/no/such/key.json") {
		t.Errorf("the key is not missed when it is needed, so this test shows nothing: %s", found)
	}
}

// However much a process is asked, it builds each schema once: a thousand blocks
// share what the first one needed.
func TestSchemasAreBuiltOnce(t *testing.T) {
	built := provider.Built{}
	p := &process{t: t, server: provider.NewServerCounting(built), schemas: schemas()}
	for range 2 {
		if _, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			t.Fatal(err)
		}
		p.configure(object{"issuer": issuer(t).URL})
		for name, schema := range p.schemas.DataSourceSchemas {
			p.read("data", name, required(schema))
		}
		for name, schema := range p.schemas.EphemeralResourceSchemas {
			p.read("ephemeral", name, required(schema))
		}
	}
	if want := 1 + len(p.schemas.DataSourceSchemas) + len(p.schemas.EphemeralResourceSchemas); len(built) != want {
		t.Errorf("%d schemas, want %d", len(built), want)
	}
	for name, each := range built {
		if len(each) != 1 {
			t.Errorf("%s: %d schemas", name, len(each))
		}
	}
}

// required is a block with the arguments that it must have, and no more.
func required(schema *tfprotov6.Schema) object {
	block := object{}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Required {
			block[attribute.Name] = "opaque"
		}
	}
	return block
}

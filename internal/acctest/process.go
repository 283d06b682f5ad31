package acctest

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Kinds contains the two kinds of blocks that tests read: data sources and ephemeral resources.
var Kinds = []string{"data", "ephemeral"}

// accessTokenBlock is the type of the ephemeral resources that [Process.Close] closes.
const accessTokenBlock = "zitadel_access_token"

// Process calls a provider server through the plugin protocol, as the CLI does, but without a CLI.
// A call that returns an error fails the test.
type Process struct {
	T       testing.TB
	Server  tfprotov6.ProviderServer
	Schemas *tfprotov6.GetProviderSchemaResponse

	private sync.Map // private data of ephemeral resources, keyed by access token
	quiet   bool     // store nothing for Run to search
	logs    sync.Once
	log     *os.File
}

// NewProcess returns a process for a server that has not been configured yet.
func NewProcess(t testing.TB, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse) *Process {
	return &Process{T: t, Server: server, Schemas: schemas}
}

// NewQuietProcess is like NewProcess, but the process stores nothing that [Run] searches for
// secrets. It is for tests with a fake clock, which make thousands of calls.
func NewQuietProcess(
	t testing.TB,
	server tfprotov6.ProviderServer,
	schemas *tfprotov6.GetProviderSchemaResponse,
) *Process {
	return &Process{T: t, Server: server, Schemas: schemas, quiet: true}
}

// Configure validates a provider block and, unless validation returns diagnostics, configures the
// provider with it.
func (p *Process) Configure(block Object) Diagnostics {
	p.T.Helper()
	value := p.Encode(p.Schemas.Provider, block)
	request := &tfprotov6.ValidateProviderConfigRequest{Config: value}
	validated, err := p.Server.ValidateProviderConfig(p.LogContext(p.T.Context()), request)
	if err != nil {
		p.T.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return p.Record(validated.Diagnostics)
	}
	return p.configure(value)
}

// ConfigureValid configures the provider with a block that is known to be valid. It fails the test
// if the provider returns a diagnostic.
func (p *Process) ConfigureValid(block Object) {
	p.T.Helper()
	if found := p.configure(p.Encode(p.Schemas.Provider, block)); len(found) > 0 {
		p.T.Fatalf("provider block: %v", found)
	}
}

func (p *Process) configure(block *tfprotov6.DynamicValue) Diagnostics {
	p.T.Helper()
	request := &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.4", Config: block}
	done, err := p.Server.ConfigureProvider(p.LogContext(p.T.Context()), request)
	if err != nil {
		p.T.Fatal(err)
	}
	return p.Record(done.Diagnostics)
}

// Read validates a block of the given kind, which is one of [Kinds], and, unless validation returns
// diagnostics, reads it.
func (p *Process) Read(kind, name string, block Object) (Object, Diagnostics) {
	p.T.Helper()
	return p.ReadContext(p.T.Context(), kind, name, block)
}

// ReadContext is like Read, but takes a context.
func (p *Process) ReadContext(ctx context.Context, kind, name string, block Object) (Object, Diagnostics) {
	p.T.Helper()
	if kind == "ephemeral" {
		return p.Open(ctx, name, block)
	}
	ctx = p.LogContext(ctx)
	schema := p.Schemas.DataSourceSchemas[name]
	value := p.Encode(schema, block)
	request := &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: value}
	validated, err := p.Server.ValidateDataResourceConfig(ctx, request)
	if err != nil {
		p.T.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, p.Record(validated.Diagnostics)
	}
	done, err := p.Server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: value})
	if err != nil {
		p.T.Fatal(err)
	}
	return p.Decode(schema, done.State), p.Record(done.Diagnostics)
}

// MustRead is like Read, but fails the test if the provider returns a diagnostic.
func (p *Process) MustRead(kind, name string, block Object) Object {
	p.T.Helper()
	result, found := p.Read(kind, name, block)
	if len(found) > 0 {
		p.T.Fatalf("%s %s: %v", kind, name, found)
	}
	return result
}

// Open validates an ephemeral resource and, unless validation returns diagnostics, opens it.
func (p *Process) Open(ctx context.Context, name string, block Object) (Object, Diagnostics) {
	p.T.Helper()
	ctx = p.LogContext(ctx)
	schema := p.Schemas.EphemeralResourceSchemas[name]
	value := p.Encode(schema, block)
	request := &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: value}
	validated, err := p.Server.ValidateEphemeralResourceConfig(ctx, request)
	if err != nil {
		p.T.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, p.Record(validated.Diagnostics)
	}
	done, err := p.Server.OpenEphemeralResource(
		ctx,
		&tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: value},
	)
	if err != nil {
		p.T.Fatal(err)
	}
	result := p.Decode(schema, done.Result)
	if done.Private != nil {
		p.private.Store(result["access_token"], done.Private)
	}
	return result, p.Record(done.Diagnostics)
}

// Close closes the zitadel_access_token block for which Open returned result.
func (p *Process) Close(result Object) Diagnostics {
	p.T.Helper()
	request := &tfprotov6.CloseEphemeralResourceRequest{TypeName: accessTokenBlock, Private: p.PrivateData(result)}
	done, err := p.Server.CloseEphemeralResource(p.LogContext(p.T.Context()), request)
	if err != nil {
		p.T.Fatal(err)
	}
	return p.Record(done.Diagnostics)
}

// PrivateData returns the private data that the CLI stores between Open and Close of the block for
// which Open returned result. It returns nil if the provider returned no private data.
func (p *Process) PrivateData(result Object) []byte {
	stored, _ := p.private.Load(result["access_token"])
	private, _ := stored.([]byte)
	return private
}

// Stop stops the provider, as the CLI does after Ctrl-C, and returns the error that the
// provider reports.
func (p *Process) Stop() string {
	p.T.Helper()
	done, err := p.Server.StopProvider(p.LogContext(p.T.Context()), &tfprotov6.StopProviderRequest{})
	if err != nil {
		p.T.Fatal(err)
	}
	RecordOutput(p.T, "diagnostics", done.Error)
	return done.Error
}

// Encode returns the arguments of a block as the CLI sends them, and adds the sensitive ones to the
// run's secrets.
func (p *Process) Encode(schema *tfprotov6.Schema, block Object) *tfprotov6.DynamicValue {
	p.T.Helper()
	p.addSensitiveArguments(schema, block)
	return encode(p.T, schema, block)
}

// Decode returns the results of a block. It returns nil if value is nil.
func (p *Process) Decode(schema *tfprotov6.Schema, value *tfprotov6.DynamicValue) Object {
	p.T.Helper()
	return decode(p.T, schema, value)
}

package provider

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	epschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// The schema packages for data sources and ephemeral resources declare the same interface, so
// an attribute from one package can be used in a schema from the other. If that changes, this
// line no longer compiles.
var _ epschema.Attribute = dsschema.StringAttribute{}

// twin declares a data source and an ephemeral resource that have the same results. Only the
// results of the data source are stored in state.
//
// M is the model, a struct with a tfsdk tag for each attribute. read sets the results in the
// model and leaves the arguments unchanged.
type twin[M any] struct {
	name, summary string
	standards     string // links to the standards that the block implements
	// dataOnly is true if there is no ephemeral resource, because no result is secret.
	dataOnly   bool
	attributes map[string]dsschema.Attribute
	read       func(context.Context, *session, *M) diag.Diagnostics
	ephemeral  ephemeralOnly[M]
}

// ephemeralOnly declares the features that only the ephemeral resource of a twin has, except
// defer_until, which every ephemeral resource has.
type ephemeralOnly[M any] struct {
	// attributes are the additional attributes. The model has a field for each of them. In the
	// data source, these fields are zero.
	attributes map[string]dsschema.Attribute
	// keep returns the private data for close as JSON, or nil if there is nothing to close.
	// The CLI stores the data in memory until close is called.
	keep func(*M) []byte
	// close closes the resource with the private data that keep returned.
	close func(context.Context, *session, []byte) diag.Diagnostics
	// expiresAt returns the time at which the result expires, in RFC 3339 format. It is nil
	// if the result does not expire.
	expiresAt func(*M) types.String
}

// DataSource returns a constructor for the data source.
func (t twin[M]) DataSource() func() datasource.DataSource {
	secrets, _ := t.secretArguments() // schema reports the same error
	schema := sync.OnceValues(t.schema)
	return func() datasource.DataSource { return &twinData[M]{twin: t, secrets: secrets, schema: schema} }
}

// EphemeralResource returns a constructor for the ephemeral resource.
func (t twin[M]) EphemeralResource() func() ephemeral.EphemeralResource {
	schema := sync.OnceValues(t.ephemeralSchema)
	return func() ephemeral.EphemeralResource { return &twinEphemeral[M]{twin: t, schema: schema} }
}

// unsupported returns the diagnostics for err, an error about attributes of unsupported types.
// A secret in one of these attributes could be stored in state.
func (t twin[M]) unsupported(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diagnose("", path.Empty(), fault.New("schema-unsupported", "block", t.name, "reason", err))
}

// twinData is the data source of a twin.
type twinData[M any] struct {
	twin[M]
	secrets []string // arguments that must not be stored in state
	schema  func() (dsschema.Schema, diag.Diagnostics)
	session *session
}

func (d *twinData[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *twinData[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema, resp.Diagnostics = d.schema()
}

func (t twin[M]) schema() (dsschema.Schema, diag.Diagnostics) {
	secrets, err := secretAttributes("", t.attributes)
	var results []string
	for _, name := range secrets {
		if !isArgument(t.attributes[name]) {
			results = append(results, "`"+name+"`")
		}
	}
	return dsschema.Schema{
		MarkdownDescription: t.summary + "\n\n" + t.stored(results) + specified(t.standards),
		Attributes:          t.attributes,
	}, t.unsupported(err)
}

// specified returns the paragraph at the end of a description that lists the standards.
func specified(standards string) string { return "\n\nStandards: " + standards + "." }

// stored returns a description of what the data source stores in state. secrets are the
// names of the secret results, formatted as code.
func (t twin[M]) stored(secrets []string) string {
	if t.dataOnly {
		return "All results are stored in state, and none of them is secret." + dataSourceVersions
	}
	results := "All results are stored in state, and none of them is secret; secret arguments are not stored."
	if len(secrets) > 0 {
		results = "All results are stored in state, including " + message.Enumeration(secrets) +
			"; secret arguments are not."
	}
	return fmt.Sprintf("%s A plan file contains the state and, if the block waits for apply, all of the block's "+
		"arguments, so treat a plan file as a secret. "+
		"The block's arguments do not accept ephemeral values. "+
		"Do not use the block's own arguments in an output, because outputs are stored in state. "+
		"The results in a saved plan can be outdated when the plan is applied. "+
		"The ephemeral resource `zitadel_%s` has the same results and stores nothing; "+
		"it requires Terraform 1.10 or OpenTofu 1.11.%s", results, t.name, dataSourceVersions)
}

const dataSourceVersions = " Data sources require Terraform 1.5 or OpenTofu 1.6."

func (d *twinData[M]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.session, _ = req.ProviderData.(*session)
}

// notConfigured returns an error if s is nil, which means that the CLI sent a request for a block
// before it called ConfigureProvider. The summary is "Unable to" followed by op.
func notConfigured(s *session, op string) diag.Diagnostics {
	if s != nil {
		return nil
	}
	return diagnose(op, path.Empty(), fault.New("not-configured"))
}

func (d *twinData[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	// The framework has already copied the arguments, including secrets, to the response.
	// Remove them if the read fails.
	defer func() {
		if resp.Diagnostics.HasError() {
			resp.State.RemoveResource(ctx)
		}
	}()
	var model M
	resp.Diagnostics.Append(notConfigured(d.session, "read data source")...)
	if err := decode(ctx, req.Config.Raw, &model); err != nil {
		resp.Diagnostics.Append(diagnose("read configuration", path.Empty(), err)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(d.read(logging(ctx), d.session, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	result, err := encode(ctx, req.Config.Raw, &model, d.secrets...)
	if err != nil {
		resp.Diagnostics.Append(diagnose("write result", path.Empty(), err)...)
		return
	}
	resp.State.Raw = result
}

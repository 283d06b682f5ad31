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
)

// The two schema packages declare the same interface, so an attribute of either
// implements that of the other. This line does not compile if that changes.
var _ epschema.Attribute = dsschema.StringAttribute{}

// twin declares a data source, whose results are stored in state, and its ephemeral
// resource, whose results are not.
//
// M is the model, a struct with a tfsdk tag for each attribute. read sets the results
// and does not change the arguments.
type twin[M any] struct {
	name, summary string
	standards     string // links to the standards that it implements
	// dataOnly is set if there is no ephemeral resource, because no result is secret.
	dataOnly   bool
	attributes map[string]dsschema.Attribute
	read       func(context.Context, *session, *M) diag.Diagnostics
	ephemeral  ephemeralOnly[M]
}

// ephemeralOnly declares what only the ephemeral twin has, in addition to defer_until.
type ephemeralOnly[M any] struct {
	// attributes are also fields of the model, which are zero in the data source.
	attributes map[string]dsschema.Attribute
	// keep returns the private data that close requires, as JSON, or nil if there is
	// nothing to close. The CLI stores it in memory until then.
	keep  func(*M) []byte
	close func(context.Context, *session, []byte) diag.Diagnostics
	// expiresAt returns when the result expires, in RFC 3339; nil if it does not.
	expiresAt func(*M) types.String
}

// DataSource returns the constructor of the data source.
func (t twin[M]) DataSource() func() datasource.DataSource {
	secrets, _ := t.secretArguments() // the error is one of the schema
	schema := sync.OnceValues(t.schema)
	return func() datasource.DataSource { return &twinData[M]{twin: t, secrets: secrets, schema: schema} }
}

// EphemeralResource returns the constructor of the ephemeral resource.
func (t twin[M]) EphemeralResource() func() ephemeral.EphemeralResource {
	schema := sync.OnceValues(t.ephemeralSchema)
	return func() ephemeral.EphemeralResource { return &twinEphemeral[M]{twin: t, schema: schema} }
}

// unsupported returns the diagnostics of a schema with an attribute of a type whose
// secrets could be stored in state.
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

// specified returns the last paragraph of a description, which lists the standards.
func specified(standards string) string { return "\n\nStandards: " + standards + "." }

// stored describes what the data source stores in state; secrets are the names of
// the results that are secret, as code.
func (t twin[M]) stored(secrets []string) string {
	if t.dataOnly {
		return "All results are stored in state, and none of them is secret." + dataSourceVersions
	}
	results := "All results are stored in state, and none of them is secret; secret arguments are not stored."
	if len(secrets) > 0 {
		results = "All results are stored in state, including " + enumeration(secrets) + "; secret arguments are not."
	}
	return fmt.Sprintf("%s The plan file of a block that waits for apply contains both, "+
		"so treat a plan file as a secret. "+
		"Do not use the block's own arguments in an output, because that stores them in state. "+
		"The results in a saved plan can be outdated when it is applied. "+
		"The ephemeral resource `zitadel_%s` has the same results and stores nothing; "+
		"it requires Terraform 1.10 or OpenTofu 1.11.%s", results, t.name, dataSourceVersions)
}

const dataSourceVersions = " Data sources require Terraform 1.5 or OpenTofu 1.6."

func (d *twinData[M]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.session, _ = req.ProviderData.(*session)
}

// notConfigured returns an error if s is nil, because a request for a block came
// before ConfigureProvider.
func notConfigured(s *session, op string) diag.Diagnostics {
	if s != nil {
		return nil
	}
	return diagnose(op, path.Empty(), fault.New("not-configured"))
}

func (d *twinData[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	// The framework has filled the response with the arguments, including secrets.
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

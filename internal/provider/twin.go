package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	epschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The two schema packages spell out one interface, so an attribute of either
// fits the other. Should the framework ever part them, this line stops compiling.
var _ epschema.Attribute = dsschema.StringAttribute{}

// twin is one read that practitioners can make in two ways: as a data source,
// whose results stay in state, or as an ephemeral resource, whose results do not.
//
// M is the model, a struct with a tfsdk tag for each attribute. read fills in
// its results and leaves its arguments as they are.
type twin[M any] struct {
	name, summary string
	attributes    map[string]dsschema.Attribute
	read          func(context.Context, *session, *M) diag.Diagnostics
}

// DataSource returns the twin that stores its results.
func (t twin[M]) DataSource() datasource.DataSource { return &twinData[M]{twin: t} }

// EphemeralResource returns the twin that stores nothing.
func (t twin[M]) EphemeralResource() ephemeral.EphemeralResource { return &twinEphemeral[M]{twin: t} }

// secretArguments are the arguments that must not go into state: the sensitive
// ones, and credentials as a whole.
func (t twin[M]) secretArguments() []string {
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for name, attribute := range t.attributes {
			if isArgument(attribute) && (attribute.IsSensitive() || name == "credentials") && !yield(name, true) {
				return
			}
		}
	})))
}

func isArgument(attribute dsschema.Attribute) bool {
	return attribute.IsRequired() || attribute.IsOptional()
}

// twinData is the data source of a twin.
type twinData[M any] struct {
	twin[M]
	session *session
}

func (d *twinData[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *twinData[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.schema()
}

func (t twin[M]) schema() dsschema.Schema {
	return dsschema.Schema{MarkdownDescription: t.summary + "\n\n" + t.stored(), Attributes: t.attributes}
}

// stored says what the data source leaves in state.
func (t twin[M]) stored() string {
	var secrets []string
	for name, attribute := range t.attributes {
		if attribute.IsSensitive() && !isArgument(attribute) {
			secrets = append(secrets, "`"+name+"`")
		}
	}
	slices.Sort(secrets)
	return fmt.Sprintf("All results are stored in state, %s among them; arguments that are secret are not. "+
		"The plan file of a block that waits for apply holds both, so treat a plan file as a secret; "+
		"and do not hand on the block's own arguments in an output, which would keep them in state. "+
		"The ephemeral resource `zitadel_%s` gives the same and stores nothing; it needs Terraform 1.10 or OpenTofu 1.11.",
		strings.Join(secrets, ", "), t.name)
}

func (d *twinData[M]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.session, _ = req.ProviderData.(*session)
}

func (d *twinData[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	// The response comes filled with the arguments, secrets included.
	defer func() {
		if resp.Diagnostics.HasError() {
			resp.State.RemoveResource(ctx)
		}
	}()
	var model M
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(d.read(logging(ctx), d.session, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	for _, name := range d.secretArguments() {
		kind := d.attributes[name].GetType()
		null, err := kind.ValueFromTerraform(ctx, tftypes.NewValue(kind.TerraformType(ctx), nil))
		if err != nil {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Unable to keep secret out of state", err.Error())
			return
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), null)...)
	}
}

// deferUntil is the argument that only the ephemeral twin has.
const deferUntil = "defer_until"

// twinEphemeral is the ephemeral resource of a twin.
type twinEphemeral[M any] struct {
	twin[M]
	session *session
}

func (e *twinEphemeral[M]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.name
}

func (e *twinEphemeral[M]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := map[string]epschema.Attribute{
		deferUntil: epschema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Any value, otherwise unused: while it is unknown, the block waits for apply.",
		},
	}
	for name, attribute := range e.attributes {
		attributes[name] = attribute
	}
	resp.Schema = epschema.Schema{
		MarkdownDescription: e.summary + "\n\nNothing of it is stored. Ephemeral resources need Terraform 1.10 or OpenTofu 1.11; the data source `zitadel_" + e.name + "` gives the same and stores its results.",
		Attributes:          attributes,
	}
}

func (e *twinEphemeral[M]) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.session, _ = req.ProviderData.(*session)
}

func (e *twinEphemeral[M]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	// The model is that of the data source, so what only this twin has is
	// taken out for the read, and put back behind it.
	schema := e.schema()
	kind := schema.Type().TerraformType(ctx)
	values := map[string]tftypes.Value{}
	if err := req.Config.Raw.As(&values); err != nil {
		resp.Diagnostics.AddError("Unable to read configuration", err.Error())
		return
	}
	waited := values[deferUntil]
	delete(values, deferUntil)
	result := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(kind, values)}

	var model M
	resp.Diagnostics.Append(result.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(e.read(logging(ctx), e.session, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(result.Set(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	values = map[string]tftypes.Value{}
	if err := result.Raw.As(&values); err != nil {
		resp.Diagnostics.AddError("Unable to write result", err.Error())
		return
	}
	values[deferUntil] = waited
	resp.Result.Raw = tftypes.NewValue(resp.Result.Schema.Type().TerraformType(ctx), values)
}

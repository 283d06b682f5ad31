package provider

import (
	"context"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	epschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// twinEphemeral is the ephemeral resource of a twin.
type twinEphemeral[M any] struct {
	twin[M]
	schema  func() (epschema.Schema, diag.Diagnostics)
	session *session
}

var _ ephemeral.EphemeralResourceWithClose = &twinEphemeral[struct{}]{}

func (e *twinEphemeral[M]) Metadata(
	_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_" + e.name
}

func (e *twinEphemeral[M]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema, resp.Diagnostics = e.schema()
}

func (t twin[M]) ephemeralSchema() (epschema.Schema, diag.Diagnostics) {
	all := join(t.attributes, t.ephemeralAttributes())
	_, err := secretAttributes("", all)
	attributes := map[string]epschema.Attribute{}
	for name, attribute := range all {
		attributes[name] = attribute
	}
	return epschema.Schema{
		MarkdownDescription: t.summary + "\n\nNothing is stored. " +
			"During apply, OpenTofu 1.12 opens the block only if another block uses one of its results or depends on " +
			"it. Ephemeral resources require Terraform 1.10 or OpenTofu 1.11. " +
			"The data source `zitadel_" + t.name + "` has the same results and stores them in state." +
			specified(t.standards),
		Attributes: attributes,
	}, t.unsupported(err)
}

// ephemeralAttributes returns the attributes that only the ephemeral resource has.
func (t twin[M]) ephemeralAttributes() map[string]dsschema.Attribute {
	return join(t.ephemeral.attributes, map[string]dsschema.Attribute{
		"defer_until": dsschema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Value that has no effect, except that the block is deferred until apply while the " +
				"value is unknown; during apply, OpenTofu opens the block only if another block uses or depends on " +
				"it. Defaults to none.",
		},
	})
}

func (e *twinEphemeral[M]) Configure(
	_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse,
) {
	e.session, _ = req.ProviderData.(*session)
}

func (e *twinEphemeral[M]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model M
	resp.Diagnostics.Append(notConfigured(e.session, "open ephemeral resource")...)
	if err := decode(ctx, req.Config.Raw, &model); err != nil {
		resp.Diagnostics.Append(diagnose("read configuration", path.Empty(), err)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(e.read(logging(ctx), e.session, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if e.ephemeral.keep != nil {
		if kept := e.ephemeral.keep(&model); kept != nil {
			// The CLI does not close an ephemeral resource that failed to open.
			defer func() {
				if resp.Diagnostics.HasError() {
					resp.Diagnostics.Append(e.ephemeral.close(logging(ctx), e.session, kept)...)
				}
			}()
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateKey, kept)...)
		}
	}
	e.watchExpiry(ctx, &model, resp)
	result, err := encode(ctx, req.Config.Raw, &model)
	if err != nil {
		resp.Diagnostics.Append(diagnose("write result", path.Empty(), err)...)
		return
	}
	resp.Result.Raw = result
}

// privateKey is the key under which an ephemeral resource stores the data for close in its private
// data.
const privateKey = "close"

// Close implements [ephemeral.EphemeralResourceWithClose].
func (e *twinEphemeral[M]) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	resp.Diagnostics.Append(notConfigured(e.session, "close ephemeral resource")...)
	if req.Private == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(e.warnOfExpiredToken(ctx, "close", req.Private)...)
	if e.ephemeral.close == nil {
		return
	}
	kept, diags := req.Private.GetKey(ctx, privateKey)
	resp.Diagnostics.Append(diags...)
	if kept != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(e.ephemeral.close(logging(ctx), e.session, kept)...)
	}
}

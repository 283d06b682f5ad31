package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// configuration is the provider block.
type configuration struct {
	Issuer     types.String `tfsdk:"issuer"`
	Domain     types.String `tfsdk:"domain"`
	Port       types.String `tfsdk:"port"`
	Insecure   types.Bool   `tfsdk:"insecure"`
	ConnectURL types.String `tfsdk:"connect_url"`
	credentials
	AssertionLifetime     types.String `tfsdk:"assertion_lifetime"`
	KeyExpiryWarning      types.String `tfsdk:"key_expiry_warning"`
	RequestTimeout        types.String `tfsdk:"request_timeout"`
	MaxRetries            types.Int64  `tfsdk:"max_retries"`
	CACertPEM             types.String `tfsdk:"ca_cert_pem"`
	InsecureSkipVerifyTLS types.Bool   `tfsdk:"insecure_skip_verify_tls"`
	ClientCertPEM         types.String `tfsdk:"client_cert_pem"`
	ClientKeyPEM          types.String `tfsdk:"client_key_pem"`
	ProxyURL              types.String `tfsdk:"proxy_url"`
	TransportHeaders      types.Map    `tfsdk:"transport_headers"`

	// Unknown names the arguments that are not wholly known, sorted.
	Unknown []string `tfsdk:"-"`
	// Problems are what is wrong with the environment, by what is missing for it.
	Problems map[string]error `tfsdk:"-"`
}

// problem is what keeps a block from what it needs: a provider block is not
// needed where the environment says everything, so there may be none to blame.
func (c *configuration) problem(what string) (diags diag.Diagnostics) {
	if err := c.Problems[what]; err != nil {
		diags.AddError("Unable to use environment", sentence(err.Error()))
	}
	return diags
}

// ValidateConfig implements [provider.ProviderWithValidateConfig]. It looks only
// at what is written: neither the environment nor a file.
func (p *zitadel) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var c configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c.Unknown = unknownArguments(req.Config.Raw)
	resp.Diagnostics.Append(c.checkIssuer()...)
	resp.Diagnostics.Append(c.check(path.Empty())...)
	if !c.hasUnknown("ca_cert_pem", "client_cert_pem", "client_key_pem", "proxy_url") {
		_, err := c.transport("").RoundTripper()
		resp.Diagnostics.Append(argumentDiagnostics(err)...)
	}
}

// checkIssuer tells of an issuer that cannot be one, with the argument's path.
func (c *configuration) checkIssuer() (diags diag.Diagnostics) {
	if c.hasUnknown("issuer", "domain", "port", "insecure") {
		return diags
	}
	if c.Issuer.IsNull() && c.Domain.IsNull() {
		return diags
	}
	if _, argument, err := c.issuer(); err != nil {
		diags.AddAttributeError(path.Root(argument), "Unable to use "+argument, sentence(err.Error()))
	}
	return diags
}

// issuer returns the issuer that is written, and the argument to blame.
func (c *configuration) issuer() (issuer, argument string, err error) {
	if !c.Issuer.IsNull() {
		issuer, err = oauth.ParseIssuer(c.Issuer.ValueString(), c.Insecure.ValueBool())
		return issuer, "issuer", err
	}
	issuer, err = oauth.IssuerOf(c.Domain.ValueString(), c.Port.ValueString(), c.Insecure.ValueBool())
	if err != nil && c.Port.ValueString() != "" {
		if _, without := oauth.IssuerOf(c.Domain.ValueString(), "", c.Insecure.ValueBool()); without == nil {
			return issuer, "port", err
		}
	}
	return issuer, "domain", err
}

// hasUnknown reports whether one of the arguments is unknown.
func (c *configuration) hasUnknown(names ...string) bool {
	return slices.ContainsFunc(c.Unknown, func(name string) bool { return slices.Contains(names, name) })
}

// unknownArguments names the arguments of a provider block that are not wholly
// known, sorted.
func unknownArguments(block tftypes.Value) []string {
	var arguments map[string]tftypes.Value
	if block.As(&arguments) != nil {
		return nil // no object: the framework has refused it before
	}
	var names []string
	for name, value := range arguments {
		if !value.IsFullyKnown() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// transport reads the arguments that say how to reach the server, whose
// certificate is for serverName if that is not "".
func (c *configuration) transport(serverName string) oauth.Transport {
	headers := map[string]key.Secret{}
	for name, value := range c.TransportHeaders.Elements() {
		if text, ok := value.(types.String); ok {
			headers[name] = key.NewSecret(text.ValueString())
		}
	}
	return oauth.Transport{
		ServerName:         serverName,
		CACertPEM:          c.CACertPEM.ValueString(),
		InsecureSkipVerify: c.InsecureSkipVerifyTLS.ValueBool(),
		ClientCertPEM:      c.ClientCertPEM.ValueString(),
		ClientKeyPEM:       key.NewSecret(c.ClientKeyPEM.ValueString()),
		ProxyURL:           key.NewSecret(c.ProxyURL.ValueString()),
		Headers:            headers,
	}
}

// argumentDiagnostics tells of an argument of the provider that is at fault.
func argumentDiagnostics(err error) (diags diag.Diagnostics) {
	var fault *oauth.ArgumentError
	switch {
	case errors.As(err, &fault):
		diags.AddAttributeError(path.Root(fault.Argument), "Unable to use "+fault.Argument, sentence(fault.Problem))
	case err != nil:
		diags.AddError("Unable to configure provider", sentence(err.Error()))
	}
	return diags
}

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// configuration contains the arguments of the provider block. fromEnvironment adds the
// arguments that environment variables set.
type configuration struct {
	Issuer     types.String `tfsdk:"issuer"`
	Domain     types.String `tfsdk:"domain"`
	Port       types.String `tfsdk:"port"`
	Insecure   types.Bool   `tfsdk:"insecure"`
	ConnectURL types.String `tfsdk:"connect_url"`
	credentialsConfig
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

	// Unknown contains the sorted names of the arguments that are not wholly known.
	Unknown []string `tfsdk:"-"`
	// Set contains the sorted names of the arguments that the provider block sets.
	Set []string `tfsdk:"-"`
	// Faults maps a group of arguments (see groupOf) to the first error in the environment
	// variables that set them.
	Faults map[string]error `tfsdk:"-"`
}

// ValidateConfig implements [provider.ProviderWithValidateConfig]. It checks only the provider
// block, not environment variables or key files.
func (p *zitadelProvider) ValidateConfig(
	ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse,
) {
	var c configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c.Unknown = argumentNames(req.Config.Raw, isNotWhollyKnown)
	resp.Diagnostics.Append(c.checkIssuer()...)
	resp.Diagnostics.Append(c.check(path.Empty())...)
	if !c.hasUnknown("ca_cert_pem", "client_cert_pem", "client_key_pem", "proxy_url") {
		transport := c.transport("")
		if c.ClientCertPEM.IsNull() || c.ClientKeyPEM.IsNull() {
			transport.ClientCertPEM = "" // the missing argument might come from the environment
		}
		_, err := transport.RoundTripper()
		resp.Diagnostics.Append(transportFault(err)...)
	}
}

// checkIssuer returns diagnostics if the issuer is invalid. It returns none if the issuer is not set,
// or if an argument that determines the issuer is not known yet or has an invalid environment variable.
func (c *configuration) checkIssuer() diag.Diagnostics {
	if c.hasUnknown(issuerArguments...) || c.isFaulty(issuerArguments...) || c.Issuer.IsNull() && c.Domain.IsNull() {
		return nil
	}
	_, argument, err := c.issuer()
	return argumentFault(path.Root(argument), err)
}

// hasIssuer reports whether the issuer is configured, known and valid.
func (c *configuration) hasIssuer() bool {
	if c.hasUnknown(issuerArguments...) || c.isFaulty(issuerArguments...) || c.Issuer.IsNull() && c.Domain.IsNull() {
		return false
	}
	_, _, err := c.issuer()
	return err == nil
}

// issuer returns the configured issuer. If err is not nil, argument is the name of the
// argument that caused it.
func (c *configuration) issuer() (issuer, argument string, err error) {
	if !c.Issuer.IsNull() {
		issuer, err = zitadel.ParseIssuer(c.Issuer.ValueString(), c.Insecure.ValueBool())
		return issuer, "issuer", err
	}
	issuer, err = zitadel.IssuerOf(c.Domain.ValueString(), c.Port.ValueString(), c.Insecure.ValueBool())
	if err != nil && c.Port.ValueString() != "" {
		if _, without := zitadel.IssuerOf(c.Domain.ValueString(), "", c.Insecure.ValueBool()); without == nil {
			return issuer, "port", err
		}
	}
	return issuer, "domain", err
}

// hasUnknown reports whether any of the named arguments is not wholly known.
func (c *configuration) hasUnknown(names ...string) bool {
	return slices.ContainsFunc(c.Unknown, func(name string) bool { return slices.Contains(names, name) })
}

// argumentNames returns the sorted names of the arguments in a provider block for which include
// returns true.
func argumentNames(block tftypes.Value, include func(tftypes.Value) bool) []string {
	var arguments map[string]tftypes.Value
	if block.As(&arguments) != nil {
		return nil // not an object; the framework has already rejected it
	}
	var names []string
	for name, value := range arguments {
		if include(value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isSet(value tftypes.Value) bool { return !value.IsNull() }

func isNotWhollyKnown(value tftypes.Value) bool { return !value.IsFullyKnown() }

// transport returns the transport that the arguments describe. If serverName is not empty,
// the server's certificate must be valid for serverName.
func (c *configuration) transport(serverName string) zitadel.Transport {
	headers := map[string]key.Secret{}
	for name, value := range c.TransportHeaders.Elements() {
		if text, ok := value.(types.String); ok {
			headers[name] = key.NewSecret(text.ValueString())
		}
	}
	return zitadel.Transport{
		ServerName:         serverName,
		CACertPEM:          c.CACertPEM.ValueString(),
		InsecureSkipVerify: c.InsecureSkipVerifyTLS.ValueBool(),
		ClientCertPEM:      c.ClientCertPEM.ValueString(),
		ClientKeyPEM:       key.NewSecret(c.ClientKeyPEM.ValueString()),
		ProxyURL:           key.NewSecret(c.ProxyURL.ValueString()),
		Headers:            headers,
	}
}

// transportFault returns the diagnostics for err, an error from [zitadel.Transport]. If a single
// argument caused the error, the diagnostics refer to that argument.
func transportFault(err error) diag.Diagnostics {
	if argument := message.Argument(err); argument != "" {
		return argumentFault(path.Root(argument), err)
	}
	return diagnose("configure provider", path.Empty(), err)
}

// Package provider is the Terraform provider: it turns HCL into questions for
// internal/oauth and its answers, and errors, into what a practitioner reads.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// New returns a constructor of the provider, as version version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &zitadel{version: version} }
}

type zitadel struct{ version string }

var (
	_ provider.ProviderWithValidateConfig     = &zitadel{}
	_ provider.ProviderWithEphemeralResources = &zitadel{}
)

// Metadata implements [provider.Provider].
func (p *zitadel) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "zitadel", p.version
}

// DataSources implements [provider.Provider].
func (p *zitadel) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		accessToken.DataSource,
		introspection.DataSource,
		clientAssertion.DataSource,
	}
}

// EphemeralResources implements [provider.ProviderWithEphemeralResources].
func (p *zitadel) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		accessToken.EphemeralResource,
		introspection.EphemeralResource,
		clientAssertion.EphemeralResource,
	}
}

// Resources implements [provider.Provider]: there are none, since nothing that
// the provider gives lives longer than a run.
func (p *zitadel) Resources(context.Context) []func() resource.Resource { return nil }

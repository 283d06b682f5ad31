// Package provider is the Terraform provider: it turns HCL into questions for
// internal/oauth and its answers, and errors, into what a practitioner reads.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

type zitadel struct {
	version string
	dial    dialer           // set by tests only
	sleep   sleeper          // set by tests only
	now     oauth.LocalClock // set by tests only
	run     run
}

var (
	_ provider.ProviderWithValidateConfig     = &zitadel{}
	_ provider.ProviderWithEphemeralResources = &zitadel{}
	_ provider.ProviderWithFunctions          = &zitadel{}
)

// Metadata implements [provider.Provider].
func (p *zitadel) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "zitadel", p.version
}

// DataSources implements [provider.Provider]. Here, and not before, what the
// data sources are is put together; the framework asks once.
func (p *zitadel) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		accessToken().DataSource(),
		introspection().DataSource(),
		clientAssertion().DataSource(),
		tokenVerification().DataSource(),
		userinfo().DataSource(),
		tokenExchange().DataSource(),
		keyInfo().DataSource(),
		openIDConfiguration().DataSource(),
		jwks().DataSource(),
	}
}

// EphemeralResources implements [provider.ProviderWithEphemeralResources].
func (p *zitadel) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		accessToken().EphemeralResource(),
		introspection().EphemeralResource(),
		clientAssertion().EphemeralResource(),
		tokenVerification().EphemeralResource(),
		userinfo().EphemeralResource(),
		tokenExchange().EphemeralResource(),
		keyInfo().EphemeralResource(),
	}
}

// Functions implements [provider.ProviderWithFunctions].
func (p *zitadel) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		decodeJWT().Function,
		basicAuthHeader().Function,
		projectAudienceScope().Function,
		projectRoleScope().Function,
		organizationScope().Function,
	}
}

// Resources implements [provider.Provider]: there are none, since nothing that
// the provider gives lives longer than a run.
func (p *zitadel) Resources(context.Context) []func() resource.Resource { return nil }

// Package provider implements the Terraform provider: schemas, models and diagnostics. Apart from
// package message, which contains the text of diagnostics, the packages that it imports do not
// mention blocks, arguments or functions by name.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// zitadelProvider implements the provider. The zero value is ready to serve.
type zitadelProvider struct {
	version string
	dial    dialer             // set only in tests
	sleep   sleeper            // set only in tests
	now     zitadel.LocalClock // set only in tests
	run     run
}

var (
	_ provider.ProviderWithValidateConfig     = &zitadelProvider{}
	_ provider.ProviderWithEphemeralResources = &zitadelProvider{}
	_ provider.ProviderWithFunctions          = &zitadelProvider{}
)

// Metadata implements [provider.Provider].
func (p *zitadelProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "zitadel", p.version
}

// DataSources implements [provider.Provider]. The framework calls it only once, so the
// declarations are built only once.
func (p *zitadelProvider) DataSources(context.Context) []func() datasource.DataSource {
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
func (p *zitadelProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
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
func (p *zitadelProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		decodeJWT().Function,
		basicAuthHeader().Function,
		projectAudienceScope().Function,
		projectRoleScope().Function,
		organizationScope().Function,
		assertionSigningInput().Function,
		signedAssertion().Function,
	}
}

// Resources implements [provider.Provider]. There are none, because the provider manages
// nothing that outlives a run.
func (p *zitadelProvider) Resources(context.Context) []func() resource.Resource { return nil }

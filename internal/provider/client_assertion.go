package provider

import (
	"context"
	"slices"
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func clientAssertion() twin[clientAssertionModel] {
	return twin[clientAssertionModel]{
		name: "client_assertion",
		summary: "A signed client assertion for programs that send their own requests to ZITADEL. The assertion is " +
			"signed locally, with the time of the local clock, and no request is sent. Each block signs its own " +
			"assertion.",
		standards: "[RFC 7523, section 3](https://www.rfc-editor.org/rfc/rfc7523#section-3)",
		attributes: map[string]dsschema.Attribute{
			"credentials": credentialsAttribute("`key_json` or `key_file`, because only a key can sign"),
			"audience": dsschema.SetAttribute{
				ElementType: types.StringType,
				Optional:    true,
				Validators:  append(entries(audienceEntry()...), notEmptySet()),
				MarkdownDescription: "Audience of the assertion; ZITADEL accepts the assertion only if the audience " +
					"contains the issuer exactly as the discovery document declares it. Defaults to the issuer, without a " +
					"default port.",
			},
			"lifetime": dsschema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{durationBetween(time.Minute, key.MaxLifetime)},
				MarkdownDescription: "Lifetime of the assertion, from `1m` to `1h`. Defaults to the provider's " +
					"`assertion_lifetime`, or to `1h` if that is not set.",
			},
			"assertion":      computedSecret("Signed assertion."),
			"assertion_type": computedString("Value for the `client_assertion_type` request parameter."),
			"subject": computedString("Subject of the assertion: the user ID of a service account, or the client " +
				"ID of an application."),
			"key_id":     computedString("ID of the signing key. Null if the key JSON has no `keyId`."),
			"issued_at":  computedInstant("Issue time of the assertion, five seconds before it was signed."),
			"expires_at": computedInstant("Time at which the assertion expires."),
		},
		read: readClientAssertion,
	}
}

type clientAssertionModel struct {
	Credentials *credentialsConfig `tfsdk:"credentials"`
	Audience    []string           `tfsdk:"audience"`
	Lifetime    types.String       `tfsdk:"lifetime"`

	Assertion     types.String `tfsdk:"assertion"`
	AssertionType types.String `tfsdk:"assertion_type"`
	Subject       types.String `tfsdk:"subject"`
	KeyID         types.String `tfsdk:"key_id"`
	IssuedAt      types.String `tfsdk:"issued_at"`
	ExpiresAt     types.String `tfsdk:"expires_at"`
}

func readClientAssertion(_ context.Context, s *session, m *clientAssertionModel) diag.Diagnostics {
	var issuer string
	var diags diag.Diagnostics
	if m.Audience == nil || s.configuration.hasIssuer() {
		issuer, diags = s.issuer()
	}
	diags.Append(s.require("assertion_lifetime")...)
	if diags.HasError() {
		return diags
	}
	given, more := s.identify(m.Credentials, "")
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	audience := slices.Sorted(slices.Values(m.Audience))
	isIssuer := func(each string) bool { return zitadel.SameIssuer(each, issuer) }
	switch {
	case m.Audience == nil:
		audience = []string{issuer}
	case issuer != "" && !slices.ContainsFunc(audience, isIssuer):
		diags.Append(warn(path.Root("audience"), fault.New("audience-without-issuer", "issuer", issuer))...)
	}
	lifetime := duration(m.Lifetime, duration(s.configuration.AssertionLifetime, key.MaxLifetime))
	signed, err := zitadel.Sign(given, audience, s.now(), lifetime)
	if err != nil {
		diags.Append(s.credentialsFault("sign client assertion", m.Credentials, err)...)
		return diags
	}
	m.Assertion = types.StringValue(signed.Text.Reveal())
	m.AssertionType = types.StringValue(zitadel.ClientAssertionType)
	m.Subject, m.KeyID = types.StringValue(signed.Subject), orNull(signed.KeyID)
	m.IssuedAt, m.ExpiresAt = instant(signed.IssuedAt), instant(signed.ExpiresAt)
	return diags
}

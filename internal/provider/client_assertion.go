package provider

import (
	"context"
	"fmt"
	"slices"
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

func clientAssertion() twin[clientAssertionModel] {
	return twin[clientAssertionModel]{
		name:      "client_assertion",
		summary:   "A signed assertion, for programs that ask ZITADEL themselves. It is signed on this machine, by its clock, without a request; each block signs one of its own.",
		standards: "[RFC 7523, section 3](https://www.rfc-editor.org/rfc/rfc7523#section-3)",
		attributes: map[string]dsschema.Attribute{
			"credentials": credentialsAttribute(),
			"audience": dsschema.SetAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(notEmpty())},
				MarkdownDescription: "Who the assertion is for; ZITADEL accepts it only if its issuer is among them. Defaults to the issuer.",
			},
			"lifetime": dsschema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{durationBetween(time.Minute, key.MaxLifetime)},
				MarkdownDescription: "Lifetime of the assertion, from `1m` to `1h`. Defaults to the provider's `assertion_lifetime`, or else to `1h`.",
			},
			"assertion": dsschema.StringAttribute{
				Computed: true, Sensitive: true,
				MarkdownDescription: "The signed assertion.",
			},
			"assertion_type": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Value of the parameter `client_assertion_type` that goes with it.",
			},
			"subject": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Who the assertion speaks for: the user id of a service account, or the client id of an application.",
			},
			"key_id": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Id of the key that signed.",
			},
			"issued_at":  instantAttribute("When the assertion says that it was issued, five seconds before it was."),
			"expires_at": instantAttribute("When the assertion ends."),
		},
		read: readClientAssertion,
	}
}

type clientAssertionModel struct {
	Credentials *credentials `tfsdk:"credentials"`
	Audience    []string     `tfsdk:"audience"`
	Lifetime    types.String `tfsdk:"lifetime"`

	Assertion     types.String `tfsdk:"assertion"`
	AssertionType types.String `tfsdk:"assertion_type"`
	Subject       types.String `tfsdk:"subject"`
	KeyID         types.String `tfsdk:"key_id"`
	IssuedAt      types.String `tfsdk:"issued_at"`
	ExpiresAt     types.String `tfsdk:"expires_at"`
}

func readClientAssertion(_ context.Context, s *session, m *clientAssertionModel) diag.Diagnostics {
	issuer, diags := s.issuer()
	diags.Append(s.require("assertion_lifetime")...)
	if diags.HasError() {
		return diags
	}
	given, more := s.authenticate(m.Credentials)
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	audience := slices.Sorted(slices.Values(m.Audience))
	if m.Audience == nil {
		audience = []string{issuer}
	} else if !slices.Contains(audience, issuer) {
		diags.AddAttributeWarning(path.Root("audience"), "Assertion is not for the issuer",
			fmt.Sprintf("audience does not hold %s. ZITADEL compares it letter by letter and refuses an assertion without it; leave audience out, or add the issuer.", issuer))
	}
	lifetime := duration(m.Lifetime, duration(s.configuration.AssertionLifetime, key.MaxLifetime))
	signed, err := oauth.Sign(given, audience, s.now(), lifetime)
	if err != nil {
		diags.Append(diagnose("sign client assertion", err, m.Credentials)...)
		return diags
	}
	m.Assertion = types.StringValue(signed.Text.Reveal())
	m.AssertionType = types.StringValue(oauth.ClientAssertionType)
	m.Subject, m.KeyID = types.StringValue(signed.Subject), types.StringValue(signed.KeyID)
	m.IssuedAt, m.ExpiresAt = instant(signed.IssuedAt), instant(signed.ExpiresAt)
	return diags
}

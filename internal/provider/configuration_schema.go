package provider

import (
	"context"
	"strings"
	"sync"
	"time"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// Schema implements [provider.Provider].
func (p *zitadelProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range providerAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Get access tokens from a ZITADEL instance, introspect and verify tokens, and sign " +
			"client assertions.",
		Attributes: attributes,
	}
}

// providerAttributes returns the arguments of the provider block. Each description lists the
// environment variables that set the argument, if there are any.
var providerAttributes = sync.OnceValue(func() map[string]dsschema.Attribute {
	all := join(credentialAttributes("none"), issuerAttributes(), requestAttributes(), transportAttributes())
	for name, attribute := range all {
		switch a := attribute.(type) {
		case dsschema.StringAttribute:
			a.MarkdownDescription = withVariables(name, a.MarkdownDescription)
			all[name] = a
		case dsschema.BoolAttribute:
			a.MarkdownDescription = withVariables(name, a.MarkdownDescription)
			all[name] = a
		case dsschema.Int64Attribute:
			a.MarkdownDescription = withVariables(name, a.MarkdownDescription)
			all[name] = a
		}
	}
	return all
})

// withVariables adds an argument's environment variables to its description, which must end
// with a sentence that begins with "Defaults to ".
func withVariables(name, description string) string {
	sentence, fallback, _ := strings.Cut(description, "Defaults to ")
	text := sentence + "Defaults to the environment variable `" + strings.Join(variables(name), "` or `") + "`"
	if fallback != "none." {
		text += ", or else to " + strings.TrimSuffix(fallback, ".")
	}
	return text + "."
}

// Data source attributes also implement the interface for provider attributes.
var _ schema.Attribute = dsschema.StringAttribute{}

// issuerAttributes returns the arguments that identify the instance and determine how to reach it.
func issuerAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"issuer": dsschema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{excludes("issuer", "domain"), excludes("issuer", "port")},
			MarkdownDescription: "Issuer URL of the ZITADEL instance, such as `https://my-tenant.zitadel.cloud`. " +
				"Defaults to none.",
		},
		"domain": dsschema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Host name of the ZITADEL instance, as an alternative to `issuer`. Defaults to none.",
		},
		"port": dsschema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Port of `domain`, from 1 to 65535. Defaults to the default port of the scheme.",
		},
		"insecure": dsschema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to use plain HTTP; must be `true` for an HTTP issuer unless its host is a " +
				"loopback address, `localhost` or a name under `localhost`. Defaults to `false`.",
		},
		"connect_url": dsschema.StringAttribute{
			Optional: true,
			Validators: []validator.String{valid(func(text string) error {
				_, err := zitadel.ParseConnectURL(text)
				return err
			})},
			MarkdownDescription: "URL to connect to instead of the issuer's host, " +
				"such as a forwarded port or an address inside a cluster. " +
				"Defaults to the issuer.",
		},
	}
}

// requestAttributes returns the arguments for requests, signed assertions and key expiry warnings.
func requestAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"assertion_lifetime": dsschema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{durationBetween(time.Minute, key.MaxLifetime)},
			MarkdownDescription: "Lifetime of signed assertions, from `1m` to `1h`. " +
				"Defaults to `1h` for `zitadel_client_assertion` and to `5m` for assertions that the provider itself " +
				"sends.",
		},
		"key_expiry_warning": dsschema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{durationBetween(0, maxDuration)},
			MarkdownDescription: "Remaining key lifetime below which the provider warns, or `0s` for no " +
				"warning. " +
				"Defaults to `336h`.",
		},
		"request_timeout": dsschema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{durationBetween(time.Millisecond, time.Hour)},
			MarkdownDescription: "Timeout for each attempt, including the response. Defaults to `30s`.",
		},
		"max_retries": dsschema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{numberBetween(0, 100)},
			MarkdownDescription: "Maximum number of retries for each request, from 0 to 100. Defaults to `3`.",
		},
	}
}

// transportAttributes returns the arguments for TLS, the proxy and HTTP headers.
func transportAttributes() map[string]dsschema.Attribute {
	return map[string]dsschema.Attribute{
		"ca_cert_pem": dsschema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{valid(unquoted)},
			MarkdownDescription: "PEM-encoded CA certificates to trust in addition to the system's. " +
				"Defaults to none.",
		},
		"insecure_skip_verify_tls": dsschema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to skip verification of the server's certificate; " +
				"if it is skipped, anyone on the network path can read tokens. Defaults to `false`.",
		},
		"client_cert_pem": dsschema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{valid(unquoted)},
			MarkdownDescription: "PEM-encoded client certificate for mutual TLS, to be set together with " +
				"`client_key_pem`. Defaults to none.",
		},
		"client_key_pem": dsschema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			Validators:          []validator.String{valid(unquoted)},
			MarkdownDescription: "PEM-encoded private key for `client_cert_pem`. Defaults to none.",
		},
		"proxy_url": dsschema.StringAttribute{
			Optional:   true,
			Sensitive:  true,
			Validators: []validator.String{valid(unpaddedLine)},
			MarkdownDescription: "URL of an HTTP or SOCKS5 proxy. " +
				"Defaults to the environment variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.",
		},
		"transport_headers": dsschema.MapAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			Sensitive:           true,
			Validators:          []validator.Map{validHeaders()},
			MarkdownDescription: "HTTP headers to add to every request, for example for a gateway. Defaults to none.",
		},
	}
}

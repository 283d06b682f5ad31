package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func basicAuthHeader() stringFunction {
	return stringFunction{
		name:    "basic_auth_header",
		summary: "Basic authorization header for a client ID and its secret",
		description: "Form-URL-encodes the client ID and the secret, joins them with a colon, and returns `Basic` " +
			"followed by the joined text in base64. The result is as sensitive as the client secret.",
		standards: "[RFC 6749, section 2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1) and [RFC " +
			"7617](https://www.rfc-editor.org/rfc/rfc7617)",
		parameters: []function.Parameter{
			textParameter("client_id", "Client ID."), textParameter("client_secret", "Client secret."),
		},
		result: function.StringReturn{},
		call: func(_ context.Context, arguments []string) (attr.Value, int64, error) {
			for i, argument := range arguments {
				if argument == "" {
					return nil, int64(i), fault.New("argument-empty")
				}
				if err := unpaddedLine(argument); err != nil {
					return nil, int64(i), err
				}
			}
			return types.StringValue(zitadel.BasicAuth(arguments[0], arguments[1])), 0, nil
		},
	}
}

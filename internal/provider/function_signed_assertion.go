package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

const assertionStandards = "[RFC 7523, section 3](https://www.rfc-editor.org/rfc/rfc7523#section-3) and [RFC 7515, " +
	"section 3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)"

func assertionSigningInput() stringFunction {
	return stringFunction{
		name:    "assertion_signing_input",
		summary: "Text to sign for an assertion that is signed elsewhere",
		description: "Returns the encoded header and claims of an assertion, to be signed with RS256 by a KMS, an HSM " +
			"or Vault. `signed_assertion` adds the signature. Identical arguments produce identical text. The `iat` " +
			"claim is five seconds before `issued_at`, and `exp` is `lifetime` after `iat`. See [Sign assertions with " +
			"Vault](../guides/keys.md#sign-assertions-with-vault).",
		standards: assertionStandards,
		parameters: []function.Parameter{
			textParameter("subject", "User ID of the service account, or client ID of the application."),
			textParameter("key_id", "ID of the public key in ZITADEL."),
			textParameter("audience", "Issuer, without a trailing slash."),
			textParameter("issued_at", "Time of signing in RFC 3339 format: `plantimestamp()` if a block signs in the "+
				"same run, or a fixed time if a script signs between two runs."),
			textParameter("lifetime", "Lifetime of the assertion, from `1m` to `1h`. To apply a saved plan, use a "+
				"lifetime that covers the time since the plan was created."),
		},
		result: function.StringReturn{},
		call: func(_ context.Context, arguments []string) (attr.Value, int64, error) {
			issued, timeError := parseTime(arguments[3])
			lifetime, durationError := parseDuration(arguments[4], time.Minute, key.MaxLifetime)
			for i, err := range []error{
				key.CheckID(arguments[0]), key.CheckID(arguments[1]), zitadel.CheckAudience(arguments[2]),
				timeError, durationError,
			} {
				if err != nil {
					return nil, int64(i), err
				}
			}
			text, err := key.SigningInput(arguments[0], arguments[1], arguments[2], issued, lifetime)
			if err != nil {
				return nil, 3, err
			}
			return types.StringValue(text), 0, nil
		},
	}
}

func signedAssertion() stringFunction {
	return stringFunction{
		name:    "signed_assertion",
		summary: "Assertion that was signed elsewhere",
		description: "Joins the result of `assertion_signing_input` and its RS256 signature. The signature may be in " +
			"base64 or base64url, with or without padding, and may have Vault's `vault:v1:` prefix, with any key " +
			"version. The signature is not verified, because the function does not have the public key. ZITADEL rejects " +
			"the assertion if the signature was made for different text, with a different key, or with padding other " +
			"than PKCS#1 v1.5. Treat the result as a secret: wrap it in `sensitive(...)` unless the signature is " +
			"sensitive or ephemeral.",
		standards: assertionStandards,
		parameters: []function.Parameter{
			textParameter("signing_input", "Result of `assertion_signing_input`."),
			textParameter("signature", "Signature of `signing_input`, made with RSASSA-PKCS1-v1_5 and SHA-256."),
		},
		result: function.StringReturn{},
		call: func(_ context.Context, arguments []string) (attr.Value, int64, error) {
			if err := key.CheckSigningInput(arguments[0]); err != nil {
				return nil, 0, err
			}
			signature, err := key.DecodeSignature(arguments[1], arguments[0])
			if err != nil {
				return nil, 1, err
			}
			return types.StringValue(key.Signed(arguments[0], signature).Reveal()), 0, nil
		},
	}
}

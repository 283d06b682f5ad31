package provider

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func decodeJWT() stringFunction {
	return stringFunction{
		name:    "decode_jwt",
		summary: "Header and claims of a signed JWT, without verification",
		description: "Returns an object with the `header` and the `claims` of a signed JWT. Nothing is verified: " +
			"neither the signature, nor the times, nor the issuer. " +
			"An opaque token, an encrypted token or a JWT with a duplicate member name causes an error. If the token " +
			"is sensitive, the whole result is sensitive: use `nonsensitive(...)` for individual claims that are not " +
			"secret.",
		standards: "[RFC 7519](https://www.rfc-editor.org/rfc/rfc7519) and [RFC 7515, section " +
			"7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)",
		parameters: []function.Parameter{textParameter("token", "JWT in compact form.")},
		result:     function.DynamicReturn{},
		call: func(ctx context.Context, arguments []string) (attr.Value, int64, error) {
			// The time that Terraform takes to process a value grows faster than its size.
			if len(arguments[0]) > maxToken {
				return nil, 0, fault.New("jwt-too-large-to-decode")
			}
			header, claims, err := token.DecodeJWT(arguments[0])
			if err != nil {
				return nil, 0, cmp.Or(token.CheckText(arguments[0]), err)
			}
			if err := token.CheckSigned(arguments[0], header); err != nil {
				return nil, 0, cmp.Or(token.CheckText(arguments[0]), err)
			}
			decoded, err := hcl(ctx, map[string]any{"header": header, "claims": claims})
			if err != nil {
				return nil, 0, err
			}
			return types.DynamicValue(decoded), 0, nil
		},
	}
}

// maxToken is the maximum size, in bytes, of a token that decode_jwt accepts.
const maxToken = 64 << 10

// errUnreadable is the error for a value that is not JSON. It is not expected to occur, because
// [token.DecodeJWT] has already checked that the header and the claims are JSON.
var errUnreadable = fault.New("json-invalid")

// hcl converts a JSON value the way Terraform's jsondecode does. An array becomes a tuple, because
// its elements can have different types. Numbers have a precision of 512 bits.
func hcl(ctx context.Context, value any) (attr.Value, error) {
	switch v := value.(type) {
	case json.RawMessage:
		decoder := json.NewDecoder(bytes.NewReader(v))
		decoder.UseNumber()
		var parsed any
		if err := decoder.Decode(&parsed); err != nil {
			return nil, errUnreadable
		}
		return hcl(ctx, parsed)
	case nil:
		return types.DynamicNull(), nil
	case bool:
		return types.BoolValue(v), nil
	case string:
		return types.StringValue(v), nil
	case json.Number:
		// A short number such as 1e-999999999 would have a billion digits when Terraform
		// writes it out.
		rounded, outside := v.Float64()
		mantissa, _, _ := strings.Cut(strings.ToLower(v.String()), "e")
		number, _, err := big.ParseFloat(v.String(), 10, 512, big.ToNearestEven)
		if err != nil || outside != nil || rounded == 0 && strings.ContainsAny(mantissa, "123456789") {
			return nil, fault.New("json-number-out-of-range")
		}
		return types.NumberValue(number), nil
	case []any:
		return tuple(ctx, v)
	case map[string]any:
		return hclObject(ctx, v)
	}
	return nil, errUnreadable
}

func tuple(ctx context.Context, elements []any) (attr.Value, error) {
	kinds, values := make([]attr.Type, len(elements)), make([]attr.Value, len(elements))
	for i, element := range elements {
		value, err := hcl(ctx, element)
		if err != nil {
			return nil, err
		}
		kinds[i], values[i] = value.Type(ctx), value
	}
	return types.TupleValueMust(kinds, values), nil
}

func hclObject(ctx context.Context, members map[string]any) (attr.Value, error) {
	kinds, values := map[string]attr.Type{}, map[string]attr.Value{}
	for name, member := range members {
		value, err := hcl(ctx, member)
		if err != nil {
			return nil, err
		}
		kinds[name], values[name] = value.Type(ctx), value
	}
	return types.ObjectValueMust(kinds, values), nil
}

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// A field whose type does not match its attribute must cause an error. No value may be converted.
func TestModelMismatch(t *testing.T) {
	t.Parallel()
	var mismatched struct {
		Text int `tfsdk:"text"`
	}
	object := objectWith(map[string]tftypes.Value{"text": tftypes.NewValue(tftypes.String, "a")})
	if err := decode(t.Context(), object, &mismatched); !fault.Is(err, "value-unreadable") {
		t.Errorf("decode: got error %v, want value-unreadable", err)
	}
	mismatched.Text = 1
	if _, err := encode(t.Context(), object, &mismatched); !fault.Is(err, "value-unwritable") {
		t.Errorf("encode: got error %v, want value-unwritable", err)
	}
}

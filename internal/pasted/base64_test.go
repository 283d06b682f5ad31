package pasted_test

import (
	"fmt"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

func TestDecodeBase64(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"cmVkIQ==": "red! [base64]", "cmVkIQ": "red! [pad:== base64]", "cmVkIQ=": "red! [pad:= base64]",
		"Pz8_Pj4-": "???>>> [standard base64]", "Pz8/\nPj4+\n": "???>>> [base64]", "Pz8/ Pj4+": "???>>> [compact base64]",
		"red!": "", "cmVkI": "", "cmVkIQ===": "", "=cmVk": "", "cmVk\u00a0": "",
	} {
		decoded, steps, ok := pasted.DecodeBase64(text)
		if got := fmt.Sprint(string(decoded), " ", steps); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q with ok=%t, want %q, where \"\" means ok=false", text, got, ok, want)
		}
	}
}

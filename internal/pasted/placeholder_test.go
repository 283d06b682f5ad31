package pasted_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

func TestHasPlaceholder(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"https://${HOST}": true, "$ISSUER": true, "$(cat token)": true, "{{ .host }}": true, "{instance}.zitadel.cloud": true,
		"<instance>.zitadel.cloud": true, "%ISSUER%": true, "null": true, "None": true, "undefined": true, "nil": true,
		"***": true, "xxxx": true, "[MASKED]": true, "[REDACTED]": true, "(sensitive value)": true,
		"https://z.example": false, "a%20b": false, "$1": false, "{}": false, "<>": false, "": false, "nullable": false,
		"none.example": false, "masked": false, "x": false, "298765432109876543": false,
	} {
		if got := pasted.HasPlaceholder(value); got != want {
			t.Errorf("%q: got %t, want %t", value, got, want)
		}
	}
}

func TestIsReference(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"var.token": true, "var.tokens[0]": true, "local.zitadel.issuer": true, "data.vault_generic_secret.z": true,
		`data.vault_generic_secret.z.data["key"]`: true, "module.zitadel.token": true,
		"module.zitadel[0].token": true, "ephemeral.zitadel_access_token.z.access_token": true, "each.value": true,
		"path.module": true, `file("key.json")`: true, "trimspace(file('t'))": true, "data.example.com": true,
		"": false, "var": false, "var.": false, "data.example": false, "module.a": false, "variable.a": false,
		"https://var.example": false, "z.example": false, "(a)": false, "eyJhbGciOiJub25lIn0.e30.": false,
	} {
		if got := pasted.IsReference(value); got != want {
			t.Errorf("%q: got %t, want %t", value, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for r, want := range map[rune]string{
		',': "comma (U+002C)", ';': "semicolon (U+003B)", '\\': "backslash (U+005C)", '=': "equals sign (U+003D)",
		'!': "! (U+0021)", 'é': "é (U+00E9)", 0: "invisible character (U+0000)", ' ': "space (U+0020)",
	} {
		if got := pasted.Describe(r); got != want {
			t.Errorf("%U: got %q, want %q", r, got, want)
		}
	}
}

package object_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

func TestDecodeBase64(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text, want string
		isInvalid  bool
	}{
		"empty":                 {"", "", false},
		"standard alphabet":     {"Pz8/Pj4+", "???>>>", false},
		"URL alphabet":          {"Pz8_Pj4-", "???>>>", false},
		"mixed alphabets":       {"Pz8_Pj4+", "???>>>", false},
		"with padding":          {"cmVkIQ==", "red!", false},
		"without padding":       {"cmVkIQ", "red!", false},
		"one padding character": {"cmVkIQ=", "red!", false},
		"not ASCII":             {"w7zDvw==", "üÿ", false},
		"not UTF-8":             {"_w", "\xff", false},
		"several lines":         {"Pz8/\nPj4+\r\n", "???>>>", false},
		"padding, line break":   {"cmVk\r\nIQ==\r\n", "red!", false},
		"padding on two lines":  {"cmVkIQ=\n=", "red!", false},
		"unnecessary padding":   {"Pz8_Pj4-=", "", true},
		"too much padding":      {"cmVkIQ===", "", true},
		"padding in the middle": {"cmVkIQ==cmVk", "", true},
		"padding at the start":  {"=cmVk", "", true},
		"only padding":          {"==", "", true},
		"space":                 {"Pz8/ Pj4+", "", true},
		"invalid character":     {"red!", "", true},
		"single character":      {"a", "", true},
		"truncated":             {"cmVkI", "", true},
	}
	for name, test := range tests {
		got, err := object.DecodeBase64(test.text)
		if (err != nil) != test.isInvalid || err == nil && string(got) != test.want {
			t.Errorf("%s: got %q, error %v; want %q, error %t", name, got, err, test.want, test.isInvalid)
		}
	}
}

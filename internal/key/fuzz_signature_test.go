package key_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// FuzzSignature passes arbitrary text as a signing input and as its signature. If both are
// accepted, the result must be a JWT that consists of exactly these parts. Errors must be short.
func FuzzSignature(f *testing.F) {
	input, err := key.SigningInput("1", "2", "https://z.example", time.Unix(1800000000, 0), time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	signature := strings.Repeat("c2ln", 86)
	for _, text := range []string{input, "", ".", "e30.e30", strings.Repeat("a", 64), "ZTMwLmUzMA", input + ".c2ln"} {
		f.Add(text, signature)
	}
	for _, text := range []string{"", "vault:v1:" + signature, "vault:v1:", strings.Repeat("ab", 256), "MAYCAQECAQI="} {
		f.Add(input, text)
	}
	f.Fuzz(func(t *testing.T, input, text string) {
		inputError := key.CheckSigningInput(input)
		signature, err := key.DecodeSignature(text, input)
		for _, each := range []error{inputError, err} {
			if each != nil && len(each.Error()) > 200 {
				t.Errorf("the error is too long: %q", each)
			}
		}
		if inputError != nil || err != nil {
			return
		}
		signed := key.Signed(input, signature).Reveal()
		encoded, isInput := strings.CutPrefix(signed, input+".")
		decoded, err := base64.RawURLEncoding.DecodeString(encoded)
		if !isInput || err != nil || string(decoded) != string(signature) || strings.Count(signed, ".") != 2 {
			t.Errorf("invalid JWT %q, error %v", signed, err)
		}
	})
}

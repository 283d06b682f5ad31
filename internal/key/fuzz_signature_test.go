package key_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// compactJWS matches a JWS in compact form (RFC 7515 section 7.1).
var compactJWS = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// FuzzSignature uses two arbitrary texts as a signing input and its signature. If both are accepted,
// Signed must return a JWT that consists of exactly these parts. Errors must be short.
func FuzzSignature(f *testing.F) {
	input, err := key.SigningInput("1", "2", "https://z.example", time.Unix(1800000000, 0), time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	signature := strings.Repeat("/wAB", 86)
	for _, text := range []string{input, "", ".", "e30.e30", strings.Repeat("a", 64), "ZTMwLmUzMA", input + ".c2ln",
		input + "\n", `"` + input[:9] + "\n" + input[9:] + `"`, "\ufeff" + input, "{{ .a }}.b"} {
		f.Add(text, signature)
	}
	for _, text := range []string{
		"", "vault:v1:" + signature, "vault:v1:", strings.Repeat("ab", 256), "MAYCAQECAQI=",
		`{"Signature":"` + signature + `"}`, `"` + signature + `"`, strings.Repeat("L3dB", 86) + "=junk", signature + "%2B",
		"\ufeff" + signature[:64] + "\n  " + signature[64:], strings.Repeat("L3dBQi93QUIv", 86), "${a}", "0X" + signature[:9],
	} {
		f.Add(input, text)
	}
	f.Fuzz(func(t *testing.T, input, text string) {
		inputError := key.CheckSigningInput(input)
		signature, err := key.DecodeSignature(text, input)
		for _, each := range []error{inputError, err} {
			if each != nil && len(each.Error()) > 200 {
				t.Errorf("got an error of %d bytes, want at most 200: %q", len(each.Error()), each)
			}
		}
		if inputError != nil || err != nil {
			return
		}
		signed := key.Signed(input, signature).Reveal()
		encoded, isInput := strings.CutPrefix(signed, input+".")
		decoded, err := base64.RawURLEncoding.DecodeString(encoded)
		if !isInput || err != nil || string(decoded) != string(signature) || !compactJWS.MatchString(signed) {
			t.Errorf("got %q, want a JWT with the signing input and the signature: %v", signed, err)
		}
	})
}

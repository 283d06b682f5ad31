package key_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

func TestCheckID(t *testing.T) {
	t.Parallel()
	whitespace := func(character string, steps ...string) *fault.Fault {
		return fault.New("value-whitespace", "character", character, "steps", steps)
	}
	inside := func(character string) *fault.Fault { return fault.New("value-whitespace", "character", character) }
	quoted := func(steps ...string) *fault.Fault { return fault.New("value-quoted", "steps", steps) }
	json, pem, kms := fault.New("id-is-json"), fault.New("id-is-pem"), fault.New("id-is-kms-key")
	placeholder, invalid := fault.New("value-placeholder"), fault.New("id-invalid")
	reference := fault.New("value-reference")
	for text, want := range map[string]*fault.Fault{
		"123":                 nil,
		"123@project":         nil,
		"system-user-1":       nil,
		"a/b:c":               nil,
		"":                    fault.New("id-empty"),
		" ":                   fault.New("id-empty"),
		"123\n":               whitespace("line break (U+000A)", "trim-space"),
		"123\r\n":             whitespace("line break (U+000A)", "trim-space"),
		"\t123":               whitespace("tab (U+0009)", "trim-space"),
		"\ufeff123":           whitespace("byte order mark (U+FEFF)", "bom"),
		"123\u200b":           whitespace("zero-width space (U+200B)"),
		"a b":                 inside("space (U+0020)"),
		"1\n2":                inside("line break (U+000A)"),
		"1\u200b2":            inside("zero-width space (U+200B)"),
		`"123"`:               quoted("json"),
		"\"123\"\n":           quoted("json"),
		"'123'":               quoted("trim:'"),
		" `123`":              whitespace("space (U+0020)"),
		"\u201c123\u201d":     quoted(),
		`"123`:                quoted(),
		"${var.key_id}":       placeholder,
		"\"${var.key_id}\"\n": placeholder,
		"<key-id>":            placeholder,
		"$KEY_ID":             placeholder,
		"{{ .key_id }}":       placeholder,
		"%KEY_ID%":            placeholder,
		"null":                placeholder,
		"None":                placeholder,
		"[MASKED]":            placeholder,
		"var.id":              reference,
		"local.key_id":        reference,
		"\"var.id\"":          reference,
		`file("id.txt")`:      reference,
		"module.z.key_id":     reference,
		"local.admin":         nil,
		"data.import.job":     nil,
		`{"keyId":"1"}`:       json,
		"{\n \"a\": 1\n}\n":   json,
		`["1"]`:               json,
		"-----BEGIN":          pem,
		"-----BEGIN PUBLIC KEY-----\nAQAB\n-----END PUBLIC KEY-----\n": pem,
		"arn:aws:kms:eu-west-1:111122223333:key/1234abcd":              kms,
		"arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/a":        kms,
		"arn:aws:kms:eu-west-1:111122223333:key/1\n":                   kms,
		"alias/zitadel": kms,
		"projects/a/locations/global/keyRings/b/cryptoKeys/c/cryptoKeyVersions/1": kms,
		"https://example.vault.azure.net/keys/zitadel/1":                          kms,
		"awskms:///alias/zitadel":                                                 kms,
		"gcpkms://projects/a":                                                     kms,
		"hashivault://zitadel":                                                    kms,
		"é":                                                                       invalid,
		strings.Repeat("1", 101):                                                  invalid,
	} {
		err := key.CheckID(text)
		if want == nil && err != nil || want != nil && (err == nil || err.Error() != want.Error()) {
			t.Errorf("%q: got %v, want %v", text, err, want)
		}
	}
}

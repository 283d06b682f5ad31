package key_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// signatureForm is text that DecodeSignature rejects: a signature in a form that it does not accept,
// or something that users confuse with a signature.
type signatureForm struct {
	text  string
	code  string
	steps string // steps of the fault, separated by spaces
	more  []any  // other values of the fault
}

// hexadecimalForms returns a signature in the hexadecimal formats that commands print.
func hexadecimalForms(signature []byte) map[string]string {
	digits := hex.EncodeToString(signature)
	separated := func(format, separator string) string {
		bytes := make([]string, len(signature))
		for i, b := range signature {
			bytes[i] = fmt.Sprintf(format, b)
		}
		return strings.Join(bytes, separator)
	}
	return map[string]string{
		"plain":               digits,
		"upper case":          strings.ToUpper(digits),
		"line break":          digits + "\n",
		"lines of 60":         wrap(digits, 60), // xxd -p
		"lines, CRLF":         strings.ReplaceAll(wrap(digits, 60), "\n", "\r\n") + "\r\n",
		"spaces":              separated("%02x", " "), // od -An -tx1
		"spaces and lines":    " " + wrap(separated("%02x", " "), 48),
		"colons":              separated("%02x", ":"), // openssl dgst -c
		"colons and lines":    wrap(separated("%02X", ":"), 54),
		"0x":                  "0x" + digits,
		"0X":                  "0X" + strings.ToUpper(digits),
		"0x before each byte": separated("0x%02x", ", "), // xxd -i
		"backslashes":         separated(`\x%02x`, ""),
		"odd":                 digits[1:],
		"odd, 0x":             "0x" + digits[1:],
		"OpenSSL":             "RSA-SHA2-256(unsigned)= " + digits + "\n",
		"OpenSSL 1.1":         "RSA-SHA256(stdin)= " + digits,
		"in quotes":           `"` + digits + `"`,
		"after Vault":         "vault:v1:" + digits,
	}
}

// signatureForms returns texts that DecodeSignature rejects, keyed by name. Most of them contain the
// signature.
func signatureForms(signature []byte) map[string]signatureForm {
	std, url := base64.StdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString
	text := std(signature)
	forms := map[string]signatureForm{}
	add := func(name, text, code, steps string, more ...any) {
		forms[name] = signatureForm{text, code, steps, more}
	}
	for name, form := range hexadecimalForms(signature) {
		add("hexadecimal, "+name, form, "signature-hexadecimal", "")
		if !strings.HasPrefix(name, "in ") && !strings.HasPrefix(name, "after ") {
			add("hexadecimal in base64, "+name, std([]byte(form)), "signature-hexadecimal", "", "encoded", true)
		}
	}
	const twice = "signature-encoded-twice"
	add("twice", std([]byte(text)), twice, "base64")
	add("twice, line break", std([]byte(text))+"\n", twice, "trim-space base64")
	add("twice, lines inside", std([]byte(wrap(text, 76)+"\n")), twice, "base64")
	add("twice, lines", wrap(std([]byte(text)), 76), twice, "base64")
	add("twice, base64url inside", std([]byte(url(signature))), twice, "base64")
	add("twice, Vault's prefix inside", std([]byte("vault:v1:"+text)), twice, "base64")
	add("twice, Vault's prefix outside", "vault:v12:"+std([]byte(text)), twice, "prefix:vault:v12: base64")
	add("twice, in quotes", `"`+std([]byte(text))+`"`, twice, "json base64")
	add("twice, in smart quotes", "\u201c"+std([]byte(text))+"\u201d", twice, "")
	add("three times", std([]byte(std([]byte(text)))), twice, "base64 base64")
	add("text", std([]byte(strings.Repeat("not a signature. ", len(signature)/16))), "signature-is-text", "")
	add("JSON in base64", std([]byte(`{"Signature":"`+text+`"}`)), "signature-is-text", "")

	const notBase64 = "signature-not-base64"
	add("text after the padding", text+"=junk", notBase64, "")
	add("padding at the start", "="+text, notBase64, "")
	add("padding in the middle", text[:4]+"="+text[4:], notBase64, "")
	add("two signatures", text+"."+text, notBase64, "")

	for name, around := range map[string]struct{ before, after, code, steps, character string }{
		"quoted":                    {`"`, `"`, "value-quoted", "json", ""},
		"quoted, line break":        {`"`, "\"\n", "value-quoted", "json", ""},
		"single-quoted":             {"'", "'", "value-quoted", "trim:'", ""},
		"single-quoted, line break": {"'", "'\n", "value-quoted", "trim-space trim:'", ""},
		"backticks":                 {"`", "`", "value-quoted", "trim:`", ""},
		"smart quotes":              {"\u201c", "\u201d", "value-quoted", "", ""},
		"one quote":                 {"", `"`, "value-quoted", "", ""},
		"BOM":                       {"\ufeff", "", "value-whitespace", "bom", "byte order mark (U+FEFF)"},
		"BOM, CRLF":                 {"\ufeff", "\r\n", "value-whitespace", "bom trim-space", "byte order mark (U+FEFF)"},
		"zero-width space":          {"", "\u200b", "value-whitespace", "", "zero-width space (U+200B)"},
	} {
		var more []any
		if around.character != "" {
			more = []any{"character", around.character}
		}
		add(name, around.before+text+around.after, around.code, around.steps, more...)
	}
	addSpace := func(name, text, character, steps string) {
		add(name, text, "value-whitespace", steps, "character", character)
	}
	addSpace("indented", "    "+strings.ReplaceAll(wrap(text, 64), "\n", "\n    "), "line break (U+000A)", "compact")
	addSpace("indented by tabs", strings.ReplaceAll(wrap(text, 64), "\n", "\n\t"), "line break (U+000A)", "compact")
	addSpace("folded", strings.ReplaceAll(wrap(text, 76), "\n", " "), "space (U+0020)", "compact")
	addSpace("trailing spaces", strings.ReplaceAll(wrap(text, 76), "\n", " \n"), "space (U+0020)", "compact")
	addSpace("no-break space", text[:9]+"\u00a0"+text[9:], "no-break space (U+00A0)", "")
	addSpace("zero-width space inside", text[:9]+"\u200b"+text[9:], "zero-width space (U+200B)", "")
	addSpace("BOM and lines", "\ufeff"+text[:9]+" "+text[9:], "space (U+0020)", "bom compact")

	percent := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D")
	add("percent-encoded", percent.Replace(text), "signature-percent-encoded", "percent")
	lower := strings.NewReplacer("+", "%2b", "/", "%2f", "=", "%3d")
	add("percent-encoded, lower case", lower.Replace(text), "signature-percent-encoded", "percent")
	add("percent-encoded, Vault", "vault:v1:"+percent.Replace(text), "signature-percent-encoded", "percent")
	add("decoded plus signs", strings.ReplaceAll(text, "+", " "), "signature-plus-decoded", "plus")
	add("decoded plus signs, line break", strings.ReplaceAll(text, "+", " ")+"\n", "signature-plus-decoded",
		"trim-space plus")
	add("placeholder", "${SIGNATURE}", "value-placeholder", "")

	document := func(value any) string { return string(must(json.Marshal(value))) }
	type members map[string]any
	aws := document(members{"KeyId": "arn:aws:kms:1", "Signature": text, "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"})
	addJSON := func(name, text, member, steps string) {
		add(name, text, "signature-is-json", steps, "member", member)
	}
	addJSON("AWS", aws, "Signature", "json member:Signature")
	addJSON("AWS, line break", aws+"\n", "Signature", "json member:Signature")
	addJSON("AWS, BOM", "\ufeff"+aws, "Signature", "bom json member:Signature")
	addJSON("AWS, in quotes", "'"+aws+"'", "Signature", "")
	addJSON("Google Cloud", document(members{"signature": text, "signatureCrc32c": "1", "name": "projects/a"}),
		"signature", "json member:signature")
	addJSON("Azure, command line", document(members{"algorithm": "RS256", "keyId": "https://a", "signature": text}),
		"signature", "json member:signature")
	addJSON("Azure, API", document(members{"kid": "https://a", "value": url(signature)}), "value", "json member:value")
	addJSON("Azure, result", document(members{"kid": "https://a", "result": text}), "result", "json member:result")
	data := members{"key_version": 1, "signature": "vault:v1:" + text}
	addJSON("Vault", document(members{"request_id": "1", "data": data}),
		"data.signature", "json member:data member:signature")
	addJSON("all outputs", document(members{"signature": members{"sensitive": true, "value": text}}), "signature.value",
		"json member:signature member:value")
	add("JSON without a signature", `{"message":"AccessDenied"}`, "signature-is-json", "")
	add("JSON with an empty signature", `{"Signature":"","value":1,"result":null,"data":[]}`, "signature-is-json", "")
	add("JSON array", `["`+text+`"]`, "signature-is-json", "")
	return forms
}

// TestAmbiguousSpaces checks that the fault suggests neither removing spaces nor replacing them with
// plus signs if both would result in text that could be a signature.
func TestAmbiguousSpaces(t *testing.T) {
	t.Parallel()
	text := base64.RawStdEncoding.EncodeToString(randomBytes(7, 512))
	const spaces = 128 // as plus signs, they add 96 bytes, so both sizes are multiples of 256 bits
	for i := range spaces {
		text = text[:5*i+1] + " " + text[5*i+1:]
	}
	if _, err := key.DecodeSignature(text, signingInput(t)); !fault.Is(err, "signature-not-base64") {
		t.Errorf("got %v, want signature-not-base64", err)
	}
}

// TestSignatureForms checks that each form results in a fault that identifies the form.
func TestSignatureForms(t *testing.T) {
	t.Parallel()
	input := signingInput(t)
	for _, bits := range []int{2048, 3072, 4096} {
		for name, form := range signatureForms(randomBytes(7, bits/8)) {
			want := fault.New(form.code, form.more...)
			if form.steps != "" {
				want = fault.New(form.code, append(form.more, "steps", strings.Fields(form.steps))...)
			}
			_, err := key.DecodeSignature(form.text, input)
			faults := fault.All(err)
			if len(faults) != 1 {
				t.Errorf("%d bits, %s: got %v, want %v", bits, name, err, want)
				continue
			}
			got := faults[0]
			maps.DeleteFunc(got.Values, func(_ string, value any) bool { return fmt.Sprint(value) == "[]" })
			if got.Error() != want.Error() {
				t.Errorf("%d bits, %s: got %v, want %v", bits, name, got, want)
			}
		}
	}
}

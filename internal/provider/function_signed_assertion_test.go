package provider_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// signingInputFor returns the text to sign for an assertion by the service account, with the given
// audience and issue time.
func signingInputFor(t *testing.T, audience string, issuedAt time.Time) string {
	t.Helper()
	var file struct{ UserID, KeyID string }
	if err := json.Unmarshal(acctest.World().Service.KeyJSON(), &file); err != nil {
		t.Fatal(err)
	}
	input, problem := callFunction(t, "assertion_signing_input",
		file.UserID, file.KeyID, audience, issuedAt.Format(time.RFC3339), "10m")
	if problem != nil {
		t.Fatal(problem.Text)
	}
	text, _ := input.(string)
	return text
}

// privatePEM returns the service account's private key in PEM format.
func privatePEM(t *testing.T) []byte {
	t.Helper()
	var file struct{ Key string }
	if err := json.Unmarshal(acctest.World().Service.KeyJSON(), &file); err != nil {
		t.Fatal(err)
	}
	return []byte(file.Key)
}

// privateKey returns the service account's private key.
func privateKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode(privatePEM(t))
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// signature returns the RS256 signature of text with the service account's key.
func signature(t *testing.T, text string) []byte {
	t.Helper()
	hash := sha256.Sum256([]byte(text))
	signed, err := rsa.SignPKCS1v15(rand.Reader, privateKey(t), crypto.SHA256, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// signElsewhere returns an assertion by the service account, with the given audience and issue time,
// that is signed outside the provider. The signature is passed to signed_assertion in Vault's format.
func signElsewhere(t *testing.T, audience string, issuedAt time.Time) string {
	t.Helper()
	text := signingInputFor(t, audience, issuedAt)
	encoded := base64.StdEncoding.EncodeToString(signature(t, text))
	signed, problem := callFunction(t, "signed_assertion", text, "vault:v3:"+encoded)
	if problem != nil {
		t.Fatal(problem.Text)
	}
	assertion, _ := signed.(string)
	acctest.AddSecret("assertion of signed_assertion", assertion)
	return assertion
}

// Data sources and ephemeral resources must accept an assertion that was signed outside the provider.
func TestSignedAssertion(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL})
	assertion := signElsewhere(t, i.URL, time.Now())
	for _, kind := range []string{"data", "ephemeral"} {
		issued := p.MustRead(kind, "zitadel_access_token", object{"credentials": object{"assertion": assertion}})
		if issued["access_token"] == "" {
			t.Errorf("%s: got %v, want an access token", kind, issued)
		}
	}
}

// Equivalent arguments must result in the same signing input, regardless of the time zone and of the
// unit of the duration.
func TestAssertionSigningInput(t *testing.T) {
	t.Parallel()
	first, problem := callFunction(t, "assertion_signing_input",
		"1", "2", "https://z.example", "2030-01-31T12:00:05Z", "1h")
	second, _ := callFunction(t, "assertion_signing_input",
		"1", "2", "https://z.example", "2030-01-31T13:00:05+01:00", "60m")
	text, _ := first.(string)
	if problem != nil || text == "" || first != second {
		t.Fatalf("got %v and %v, want the same signing input twice: %v", first, second, problem)
	}
	_, payload, _ := strings.Cut(text, ".")
	claims, err := base64.RawURLEncoding.DecodeString(payload)
	const want = `{"iss":"1","sub":"1","aud":"https://z.example","iat":1896091200,"exp":1896094800}`
	if err != nil || string(claims) != want {
		t.Errorf("got %s, want %s: %v", claims, want, err)
	}
}

// The error about an invalid argument must contain the index of the argument, but not its value.
func TestInvalidAssertionArguments(t *testing.T) {
	t.Parallel()
	const name, signed = "assertion_signing_input", "signed_assertion"
	// with returns valid arguments, except that it replaces the argument at index with value.
	with := func(index int, value string) []string {
		arguments := signingArguments()
		arguments[index] = value
		return arguments
	}
	valid, _ := callFunction(t, name, with(0, "1")...)
	input, _ := valid.(string)
	hash := sha256.Sum256([]byte(input))
	space := fault.New("value-whitespace", "character", "space (U+0020)")
	trim := []string{"trim-space"}
	lineBreak := fault.New("value-whitespace", "character", "line break (U+000A)", "steps", trim)
	hexadecimal := fault.New("signature-hexadecimal")
	placeholder, text := fault.New("value-placeholder"), base64.StdEncoding.EncodeToString(signature(t, input))
	notExact := func(difference, suggestion string) error {
		return fault.New("audience-not-exact", "difference", difference, "suggestion", suggestion)
	}
	inPath := fault.New("url-with-path", "suggestion", "https://z.example", "page", "an endpoint")
	for what, c := range map[string]struct {
		function  string
		arguments []string
		index     int64
		want      error
	}{
		"subject empty":           {name, with(0, ""), 0, fault.New("id-empty")},
		"subject with a space":    {name, with(0, "a canary"), 0, space},
		"subject, line break":     {name, with(0, "canary\n"), 0, lineBreak},
		"subject, placeholder":    {name, with(0, "${var.canary}"), 0, placeholder},
		"subject, non-ASCII":      {name, with(0, "canäry"), 0, fault.New("id-invalid")},
		"key ID empty":            {name, with(1, ""), 1, fault.New("id-empty")},
		"key ID is a PEM":         {name, with(1, "-----BEGINcanary"), 1, fault.New("id-is-pem")},
		"key ID is a key JSON":    {name, with(1, `{"keyId":"canary"}`), 1, fault.New("id-is-json")},
		"key ID is an ARN":        {name, with(1, "arn:aws:kms:eu-west-1:1:key/canary"), 1, fault.New("id-is-kms-key")},
		"key ID in quotes":        {name, with(1, `"canary"`), 1, fault.New("value-quoted", "steps", []string{"json"})},
		"audience empty":          {name, with(2, ""), 2, fault.New("audience-empty")},
		"audience is a number":    {name, with(2, "123456789"), 2, fault.New("audience-not-issuer")},
		"audience is a scope":     {name, with(2, "urn:canary"), 2, fault.New("audience-not-issuer", "is_scope", true)},
		"audience is an endpoint": {name, with(2, "https://z.example/oauth/v2/token"), 2, inPath},
		"audience with a slash":   {name, with(2, "https://z.example/"), 2, notExact("trailing slash", "https://z.example")},
		"audience in capitals": {
			name, with(2, "https://Z.example"), 2, notExact("uppercase letters", "https://z.example"),
		},
		"audience, port": {
			name, with(2, "https://z.example:0443"), 2, notExact("leading zeros in its port", "https://z.example"),
		},
		"not a time": {name, with(3, "canary"), 3, fault.New("time-invalid")},
		"time, line break": {
			name, with(3, "2030-01-31T12:00:00Z\n"), 3,
			fault.New("value-whitespace", "character", "line break (U+000A)", "steps", trim,
				"suggestion", "2030-01-31T12:00:00Z"),
		},
		"time in quotes": {
			name, with(3, `"2030-01-31T12:00:00Z"`), 3, fault.New("value-quoted", "suggestion", "2030-01-31T12:00:00Z"),
		},
		"secret in quotes":      {name, with(3, `"canary"`), 3, fault.New("value-quoted")},
		"leap second":           {name, with(3, "2016-12-31T23:59:60Z"), 3, fault.New("time-leap-second")},
		"time before 1970":      {name, with(3, "1970-01-01T00:00:04Z"), 3, outOfRange("iat")},
		"time after 9999":       {name, with(3, "9999-12-31T23:59:59-01:00"), 3, outOfRange("exp")},
		"expires after 9999":    {name, with(3, "9999-12-31T23:59:59Z"), 3, outOfRange("exp")},
		"duration without unit": {name, with(4, "10"), 4, fault.New("duration-invalid")},
		"duration too long":     {name, with(4, "61m"), 4, fault.New("duration-too-long", "most", time.Hour)},
		"duration too short":    {name, with(4, "59s"), 4, fault.New("duration-too-short", "least", time.Minute)},
		"not a signing input":   {signed, []string{"canary", "AAAA"}, 0, fault.New("signing-input-invalid")},
		"hash of a signing input": {
			signed, []string{hex.EncodeToString(hash[:]), "AAAA"}, 0, fault.New("signing-input-is-hash"),
		},
		"signing input, line break":   {signed, []string{input + "\n", text}, 0, lineBreak},
		"signature empty":             {signed, []string{input, ""}, 1, fault.New("signature-empty")},
		"signature too short":         {signed, []string{input, "AAAA"}, 1, sizeFault(3)},
		"signature in hexadecimal":    {signed, []string{input, strings.Repeat("aB ", 257)}, 1, hexadecimal},
		"signature is a placeholder":  {signed, []string{input, "${canary}"}, 1, placeholder},
		"signature is unrelated JSON": {signed, []string{input, `{"a":"canary"}`}, 1, fault.New("signature-is-json")},
		"text in base64": {
			signed, []string{input, base64.StdEncoding.EncodeToString([]byte(strings.Repeat("canary ", 50)))}, 1,
			fault.New("signature-is-text"),
		},
		"twice in base64, in smart quotes": {
			signed, []string{input, "\u201c" + base64.StdEncoding.EncodeToString([]byte(text)) + "\u201d"}, 1,
			fault.New("signature-encoded-twice"),
		},
		"hexadecimal in base64": {
			signed, []string{input, base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(signature(t, input))))}, 1,
			fault.New("signature-hexadecimal", "encoded", true),
		},
	} {
		_, problem := callFunction(t, c.function, c.arguments...)
		// The CLI adds the final period.
		want := strings.TrimSuffix(message.Sentences(c.want), ".") + " [" + fault.All(c.want)[0].Code + "]"
		if problem == nil || problem.FunctionArgument == nil || *problem.FunctionArgument != c.index ||
			problem.Text != want || strings.Contains(problem.Text, "canary") {
			t.Errorf("%s: got %+v, want %q on argument %d", what, problem, want, c.index)
		}
	}
}

// signingArguments returns valid arguments of assertion_signing_input.
func signingArguments() []string {
	return []string{"1", "2", "https://z.example", "2030-01-31T12:00:00Z", "1h"}
}

// sizeFault returns the fault that reports a signature with the given number of bytes.
func sizeFault(bytes int) error {
	return fault.New("signature-size", "bytes", bytes, "least_bytes", 256, "most_bytes", 1024)
}

// outOfRange returns the fault that reports a time that the claim cannot express.
func outOfRange(claim string) error { return fault.New("time-out-of-range", "claim", claim) }

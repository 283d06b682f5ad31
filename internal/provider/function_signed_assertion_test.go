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

// signElsewhere returns an assertion of the service account for issuer. The assertion has
// the given issue time and is signed outside the provider. The signature is passed to
// signed_assertion in the format of Vault.
func signElsewhere(t *testing.T, issuer string, at time.Time) string {
	t.Helper()
	var file struct{ UserID, KeyID, Key string }
	if err := json.Unmarshal(acctest.World().Service.KeyJSON(), &file); err != nil {
		t.Fatal(err)
	}
	input, problem := callFunction(t, "assertion_signing_input",
		file.UserID, file.KeyID, issuer, at.Format(time.RFC3339), "10m")
	if problem != nil {
		t.Fatal(problem.Text)
	}
	text, _ := input.(string)
	block, _ := pem.Decode([]byte(file.Key))
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	signed, problem := callFunction(t, "signed_assertion", text, "vault:v3:"+base64.StdEncoding.EncodeToString(signature))
	if problem != nil {
		t.Fatal(problem.Text)
	}
	assertion, _ := signed.(string)
	acctest.AddSecret("assertion of signed_assertion", assertion)
	return assertion
}

// An assertion that was signed outside the provider can be used as credentials of data sources
// and ephemeral resources.
func TestSignedAssertion(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL})
	assertion := signElsewhere(t, i.URL, time.Now())
	for _, kind := range []string{"data", "ephemeral"} {
		issued := p.MustRead(kind, "zitadel_access_token", object{"credentials": object{"assertion": assertion}})
		if issued["access_token"] == "" {
			t.Errorf("%s: %v", kind, issued)
		}
	}
}

// Equivalent arguments result in the same text, regardless of the time zone and the unit of
// the duration.
func TestAssertionSigningInput(t *testing.T) {
	t.Parallel()
	first, problem := callFunction(t, "assertion_signing_input",
		"1", "2", "https://z.example", "2030-01-31T12:00:05Z", "1h")
	second, _ := callFunction(t, "assertion_signing_input",
		"1", "2", "https://z.example", "2030-01-31T13:00:05+01:00", "60m")
	text, _ := first.(string)
	if problem != nil || text == "" || first != second {
		t.Fatalf("%v, %v, %v", first, second, problem)
	}
	_, payload, _ := strings.Cut(text, ".")
	claims, err := base64.RawURLEncoding.DecodeString(payload)
	const want = `{"iss":"1","sub":"1","aud":"https://z.example","iat":1896091200,"exp":1896094800}`
	if err != nil || string(claims) != want {
		t.Errorf("got %s, want %s: %v", claims, want, err)
	}
}

// The error about an invalid argument contains the index of the argument, but not its value.
func TestInvalidAssertionArguments(t *testing.T) {
	t.Parallel()
	const name, signed = "assertion_signing_input", "signed_assertion"
	// with returns valid arguments, except that value replaces the argument at index.
	with := func(index int, value string) []string {
		arguments := []string{"1", "2", "https://z.example", "2030-01-31T12:00:00Z", "1h"}
		arguments[index] = value
		return arguments
	}
	valid, _ := callFunction(t, name, with(0, "1")...)
	input, _ := valid.(string)
	hash := sha256.Sum256([]byte(input))
	for what, c := range map[string]struct {
		function  string
		arguments []string
		index     int64
		want      error
	}{
		"subject empty":        {name, with(0, ""), 0, fault.New("id-empty")},
		"subject with a space": {name, with(0, "a canary"), 0, fault.New("id-invalid")},
		"key ID empty":         {name, with(1, ""), 1, fault.New("id-empty")},
		"key ID is a PEM":      {name, with(1, "-----BEGINcanary"), 1, fault.New("id-invalid")},
		"audience empty":       {name, with(2, ""), 2, fault.New("url-empty")},
		"audience with a slash": {
			name, with(2, "https://z.example/"), 2, fault.New("audience-not-exact", "suggestion", "https://z.example"),
		},
		"not a time":            {name, with(3, "canary"), 3, fault.New("time-invalid")},
		"time before 1970":      {name, with(3, "1970-01-01T00:00:04Z"), 3, fault.New("time-invalid")},
		"time after 9999":       {name, with(3, "9999-12-31T23:59:59-01:00"), 3, fault.New("time-invalid")},
		"duration without unit": {name, with(4, "10"), 4, fault.New("duration-invalid")},
		"duration too long":     {name, with(4, "61m"), 4, fault.New("duration-too-long", "most", time.Hour)},
		"duration too short":    {name, with(4, "59s"), 4, fault.New("duration-too-short", "least", time.Minute)},
		"not a signing input":   {signed, []string{"canary", "AAAA"}, 0, fault.New("signing-input-invalid")},
		"hash of a signing input": {
			signed, []string{hex.EncodeToString(hash[:]), "AAAA"}, 0, fault.New("signing-input-is-hash"),
		},
		"signature empty":     {signed, []string{input, ""}, 1, fault.New("signature-empty")},
		"signature too short": {signed, []string{input, "AAAA"}, 1, sizeFault(3)},
	} {
		_, problem := callFunction(t, c.function, c.arguments...)
		// The CLI adds a period.
		want := strings.TrimSuffix(message.Sentences(c.want), ".") + " [" + fault.All(c.want)[0].Code + "]"
		if problem == nil || problem.FunctionArgument == nil || *problem.FunctionArgument != c.index ||
			problem.Text != want || strings.Contains(problem.Text, "canary") {
			t.Errorf("%s: got %+v, want %q on argument %d", what, problem, want, c.index)
		}
	}
}

// sizeFault returns the fault of a signature with this number of bytes.
func sizeFault(bytes int) error {
	return fault.New("signature-size", "bytes", bytes, "least_bytes", 256, "most_bytes", 1024)
}

// assertion_signing_input accepts the values that its error messages suggest.
func TestFunctionSuggestions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		argument         int
		value, suggested string
		code             string
	}{
		"slash": {2, "https://z.example/", "https://z.example", "audience-not-exact"},
		"case":  {2, "https://Z.example", "https://z.example", "audience-not-exact"},
		"time":  {3, "31 January 2030", "2030-01-31T12:00:00Z", "time-invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments := []string{"1", "2", "https://z.example", "2026-01-31T12:00:00Z", "10m"}
			arguments[c.argument] = c.value
			_, problem := callFunction(t, "assertion_signing_input", arguments...)
			if problem == nil || !acctest.ContainsAll(problem.Text, "["+c.code+"]", c.suggested) {
				t.Fatalf("%+v", problem)
			}
			arguments[c.argument] = c.suggested
			if _, problem := callFunction(t, "assertion_signing_input", arguments...); problem != nil {
				t.Error(problem.Text)
			}
		})
	}
}

package key_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// signs reports whether a key is the one that its PEM was made from.
func signs(t *testing.T, k *key.Key) bool {
	t.Helper()
	return verified(t, k) != nil
}

func TestPEMForms(t *testing.T) {
	t.Parallel()
	plain := pkcs1(rsa2048())
	tests := map[string]string{
		"PKCS#1":                    plain,
		"PKCS#8":                    pkcs8(rsa2048()),
		"CRLF":                      strings.ReplaceAll(plain, "\n", "\r\n"),
		"escaped newlines":          strings.ReplaceAll(plain, "\n", `\n`),
		"escaped CRLF":              strings.ReplaceAll(plain, "\n", `\r\n`),
		"no newline at the end":     strings.TrimSpace(plain),
		"space around it":           "\n " + plain + " \n\n",
		"PKCS#8, escaped newlines":  strings.ReplaceAll(pkcs8(rsa2048()), "\n", `\n`),
		"PKCS#8, CRLF, no last one": strings.TrimSpace(strings.ReplaceAll(pkcs8(rsa2048()), "\n", "\r\n")),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if k := parsed(t, with(serviceAccount(), map[string]any{"key": text})); !signs(t, k) {
				t.Error("it is another key")
			}
		})
	}
}

// A key JSON that went through a second JSON encoder has its newlines escaped
// twice in the file.
func TestDoublyEscapedFile(t *testing.T) {
	t.Parallel()
	text := string(must(json.Marshal(pkcs1(rsa2048()))))
	data := `{"type":"serviceaccount","keyId":"1","userId":"2","key":` + strings.ReplaceAll(text, `\n`, `\\n`) + `}`
	k, err := key.Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if !signs(t, k) {
		t.Error("it is another key")
	}
}

func TestPEMFaults(t *testing.T) {
	t.Parallel()
	plain := pkcs1(rsa2048())
	der := x509.MarshalPKCS1PrivateKey(rsa2048())
	lines := strings.SplitAfter(plain, "\n")
	dekInfo := string(pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: der,
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"},
	}))
	tests := map[string]struct{ text, want string }{
		"no PEM":                 {canary, "is not a PEM"},
		"only the body":          {strings.Join(lines[1:len(lines)-2], ""), "is not a PEM"},
		"truncated":              {plain[:len(plain)/2], "is not a PEM"},
		"end line missing":       {strings.Join(lines[:len(lines)-2], ""), "is not a PEM"},
		"other end line":         {strings.Replace(plain, "END RSA PRIVATE", "END PRIVATE", 1), "is not a PEM"},
		"a line is gone":         {lines[0] + strings.Join(lines[2:], ""), "is damaged"},
		"cut bytes":              {block("RSA PRIVATE KEY", der[:len(der)/2]), "is damaged"},
		"PKCS#1 called PKCS#8":   {block("PRIVATE KEY", der), "is damaged"},
		"encrypted":              {block("ENCRYPTED PRIVATE KEY", der), "is encrypted with a passphrase"},
		"encrypted, old style":   {dekInfo, "is encrypted with a passphrase"},
		"EC, SEC 1":              {block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec256()))), "is an EC key"},
		"EC, PKCS#8":             {pkcs8(ec256()), "is an EC key"},
		"Ed25519":                {pkcs8(edwards()), "is not an RSA key"},
		"RSA 1024":               {pkcs1(rsa1024()), "is an RSA key of 1024 bits"},
		"RSA 1024, PKCS#8":       {pkcs8(rsa1024()), "is an RSA key of 1024 bits"},
		"public key":             {block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&rsa2048().PublicKey))), "is a public key"},
		"public key, PKCS#1":     {block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsa2048().PublicKey)), "is a public key"},
		"certificate":            {block("CERTIFICATE", certificate()), `is a PEM of "CERTIFICATE"`},
		"text behind it":         {plain + canary, "has text behind the PEM block"},
		"certificate behind it":  {plain + block("CERTIFICATE", certificate()), "has text behind the PEM block"},
		"the same key behind it": {plain + plain, "has text behind the PEM block"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.Parse(document(with(serviceAccount(), map[string]any{"key": test.text})))
			if err == nil {
				t.Fatal("it is taken")
			}
			if found := faults(t, err); len(found) != 1 || !strings.HasPrefix(found["key"], test.want) {
				t.Errorf("%q, want only that the key %s", err, test.want)
			}
			if strings.Contains(err.Error(), canary) || spills(err.Error(), test.text) {
				t.Errorf("the error holds the key: %q", err)
			}
		})
	}
}

func TestRSAKeySizes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		private *rsa.PrivateKey
		valid   bool
	}{
		"2047 bits": {must(rsa.GenerateKey(rand.Reader, 2047)), false},
		"2048 bits": {rsa2048(), true},
		"8192 bits": {largeRSA(t, 8192), true},
		"8193 bits": {largeRSA(t, 8193), false},
	}
	for name, test := range tests {
		for form, text := range map[string]string{"PKCS#1": pkcs1(test.private), "PKCS#8": pkcs8(test.private)} {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				k, err := key.Parse(document(with(serviceAccount(), map[string]any{"key": text})))
				if test.valid {
					if err != nil {
						t.Fatal(err)
					}
					if _, err := k.Sign([]string{"https://zitadel.example"}, someTime, time.Minute); err != nil {
						t.Error(err)
					}
					return
				}
				want := `member "key" is an RSA key of ` + name + "; keys of 2048 to 8192 bits are supported"
				if err == nil || err.Error() != want {
					t.Errorf("error %q, want %q", err, want)
				}
			})
		}
	}
}

// largeRSA returns an RSA key of more than 7640 bits. Generating one takes half a
// minute, so two of its three primes are known ones: 2^4423-1 and 2^3217-1.
func largeRSA(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	one := big.NewInt(1)
	primes := []*big.Int{must(rand.Prime(rand.Reader, bits-4423-3217))}
	for _, exponent := range []uint{4423, 3217} {
		primes = append(primes, new(big.Int).Sub(new(big.Int).Lsh(one, exponent), one))
	}
	modulus, totient := big.NewInt(1), big.NewInt(1)
	for _, prime := range primes {
		modulus.Mul(modulus, prime)
		totient.Mul(totient, new(big.Int).Sub(prime, one))
	}
	const exponent = 65537
	private := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: modulus, E: exponent},
		D:         new(big.Int).ModInverse(big.NewInt(exponent), totient),
		Primes:    primes,
	}
	private.Precompute()
	if err := private.Validate(); err != nil || modulus.BitLen() != bits {
		t.Fatalf("key of %d bits: %v", modulus.BitLen(), err)
	}
	return private
}

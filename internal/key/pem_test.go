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

// signs reports whether k signs with rsa2048.
func signs(t *testing.T, k *key.Key) bool {
	t.Helper()
	return verified(t, k) != nil
}

func TestPEMForms(t *testing.T) {
	t.Parallel()
	plain := pkcs1(rsa2048())
	tests := map[string]string{
		"PKCS#1":                              plain,
		"PKCS#8":                              pkcs8(rsa2048()),
		"CRLF":                                strings.ReplaceAll(plain, "\n", "\r\n"),
		"escaped newlines":                    strings.ReplaceAll(plain, "\n", `\n`),
		"escaped CRLF":                        strings.ReplaceAll(plain, "\n", `\r\n`),
		"no newline at the end":               strings.TrimSpace(plain),
		"surrounding whitespace":              "\n " + plain + " \n\n",
		"PKCS#8, escaped newlines":            strings.ReplaceAll(pkcs8(rsa2048()), "\n", `\n`),
		"PKCS#8, CRLF, no newline at the end": strings.TrimSpace(strings.ReplaceAll(pkcs8(rsa2048()), "\n", "\r\n")),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if k := parsed(t, with(serviceAccount(), map[string]any{"key": text})); !signs(t, k) {
				t.Error("the parsed key differs from the original key")
			}
		})
	}
}

// TestDoublyEscapedFile checks that Parse accepts a key JSON that was encoded twice, in which each
// line break of the key is escaped with two backslashes.
func TestDoublyEscapedFile(t *testing.T) {
	t.Parallel()
	text := string(must(json.Marshal(pkcs1(rsa2048()))))
	data := `{"type":"serviceaccount","keyId":"1","userId":"2","key":` + strings.ReplaceAll(text, `\n`, `\\n`) + `}`
	k, err := key.Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if !signs(t, k) {
		t.Error("the parsed key differs from the original key")
	}
}

func TestPEMFaults(t *testing.T) {
	t.Parallel()
	plain := pkcs1(rsa2048())
	der := x509.MarshalPKCS1PrivateKey(rsa2048())
	const (
		notPEM, damaged = `key-not-pem member="key"`, `key-damaged member="key"`
		isEC, trailing  = `key-is-ec member="key"`, `key-pem-trailing member="key"`
		pemType         = `key-pem-type found="DSA PRIVATE KEY" member="key"`
		isSSH, isCert   = `key-is-ssh found="OpenSSH" member="key"`, `key-is-certificate member="key"`
		tooSmall        = `key-size bits=1024 max=8192 member="key" min=2048`
	)
	pkcs1Public := x509.MarshalPKCS1PublicKey(&rsa2048().PublicKey)
	public := must(x509.MarshalPKIXPublicKey(&rsa2048().PublicKey))
	lines := strings.SplitAfter(plain, "\n")
	dekInfo := string(pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: der,
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"},
	}))
	tests := map[string]struct{ text, want string }{
		"no PEM":                 {canary, notPEM},
		"only the body":          {strings.Join(lines[1:len(lines)-2], ""), notPEM},
		"truncated":              {plain[:len(plain)/2], notPEM},
		"end line missing":       {strings.Join(lines[:len(lines)-2], ""), notPEM},
		"wrong type in end line": {strings.Replace(plain, "END RSA PRIVATE", "END PRIVATE", 1), notPEM},
		"missing line":           {lines[0] + strings.Join(lines[2:], ""), damaged},
		"truncated bytes":        {block("RSA PRIVATE KEY", der[:len(der)/2]), damaged},
		"PKCS#1 labeled PKCS#8":  {block("PRIVATE KEY", der), damaged},
		"encrypted":              {block("ENCRYPTED PRIVATE KEY", der), `key-encrypted member="key"`},
		"encrypted, old style":   {dekInfo, `key-encrypted member="key"`},
		"EC, SEC 1":              {block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec256()))), isEC},
		"EC, PKCS#8":             {pkcs8(ec256()), isEC},
		"Ed25519":                {pkcs8(edwards()), `key-not-rsa member="key"`},
		"RSA 1024":               {pkcs1(rsa1024()), tooSmall},
		"RSA 1024, PKCS#8":       {pkcs8(rsa1024()), tooSmall},
		"public key":             {block("PUBLIC KEY", public), `key-is-public member="key"`},
		"public key, PKCS#1":     {block("RSA PUBLIC KEY", pkcs1Public), `key-is-public member="key"`},
		"certificate":            {block("CERTIFICATE", certificate()), isCert},
		"OpenSSH":                {block("OPENSSH PRIVATE KEY", der), isSSH},
		"DSA":                    {block("DSA PRIVATE KEY", der), pemType},
		"text after the key":     {plain + canary, trailing},
		"certificate after key":  {plain + block("CERTIFICATE", certificate()), trailing},
		"second copy of the key": {plain + plain, trailing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.Parse(document(with(serviceAccount(), map[string]any{"key": test.text})))
			if err == nil {
				t.Fatal("got no error")
			}
			checkFaults(t, err, map[string]string{"key": test.want})
			if strings.Contains(err.Error(), canary) || leaksPEM(err.Error(), test.text) {
				t.Errorf("the error contains the key: %q", err)
			}
		})
	}
}

func TestRSAKeySizes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		private *rsa.PrivateKey
		want    string // the fault, or "" if the key is valid
	}{
		"2047 bits": {must(rsa.GenerateKey(rand.Reader, 2047)), `key-size bits=2047 max=8192 member="key" min=2048`},
		"2048 bits": {rsa2048(), ""},
		"8192 bits": {largeRSA(t, 8192), ""},
		"8193 bits": {largeRSA(t, 8193), `key-size bits=8193 max=8192 member="key" min=2048`},
	}
	for name, test := range tests {
		for form, text := range map[string]string{"PKCS#1": pkcs1(test.private), "PKCS#8": pkcs8(test.private)} {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				k, err := key.Parse(document(with(serviceAccount(), map[string]any{"key": text})))
				if test.want == "" {
					if err != nil {
						t.Fatal(err)
					}
					if _, err := k.Sign([]string{"https://zitadel.example"}, someTime, time.Minute); err != nil {
						t.Error(err)
					}
					return
				}
				if err == nil || err.Error() != test.want {
					t.Errorf("got error %v, want %s", err, test.want)
				}
			})
		}
	}
}

// largeRSA returns an RSA key of the given size, which must be more than 7640 bits. Generating
// such a key takes half a minute, so two of its three primes are known Mersenne primes:
// 2^4423-1 and 2^3217-1.
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
		t.Fatalf("got a key of %d bits, want a valid key of %d bits: %v", modulus.BitLen(), bits, err)
	}
	return private
}

package key_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestSigned checks that a signature in each form that signing services return results in a valid JWT.
func TestSigned(t *testing.T) {
	t.Parallel()
	text := signingInput(t)
	signature := rs256(t, text)
	standard := base64.StdEncoding.EncodeToString(signature)
	for name, form := range map[string]string{
		"base64":              standard,
		"base64, unpadded":    base64.RawStdEncoding.EncodeToString(signature),
		"base64url":           base64.URLEncoding.EncodeToString(signature),
		"base64url, unpadded": base64.RawURLEncoding.EncodeToString(signature),
		"Vault":               "vault:v1:" + standard,
		"Vault, version 12":   "vault:v12:" + standard,
		"Vault, JWS":          "vault:v1:" + base64.RawURLEncoding.EncodeToString(signature),
		"trailing newline":    standard + "\n",
		"lines of 76 digits":  standard[:76] + "\r\n" + standard[76:152] + "\n" + standard[152:],
	} {
		decoded, err := key.DecodeSignature(form, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		signed := key.Signed(text, decoded)
		assertion, err := key.ParseAssertion(signed)
		if err != nil || assertion.Subject != "user-1" || assertion.KeyID != "key-1" {
			t.Errorf("%s: got %+v, error %v; want an assertion of user-1 by key-1", name, assertion, err)
		}
		jws, err := jose.ParseSignedCompact(signed.Reveal(), []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := jws.Verify(&rsa2048().PublicKey); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// encodings returns a signature in each encoding that DecodeSignature accepts, keyed by name.
func encodings(signature []byte) map[string]string {
	all := map[string]string{}
	for name, encoding := range map[string]*base64.Encoding{
		"base64": base64.StdEncoding, "base64, unpadded": base64.RawStdEncoding,
		"base64url": base64.URLEncoding, "base64url, unpadded": base64.RawURLEncoding,
	} {
		text := encoding.EncodeToString(signature)
		all[name] = text
		all[name+", Vault"] = "vault:v1:" + text
		all[name+", surrounded by whitespace"] = "\n " + text + "\t\r\n"
		for _, width := range []int{1, 64, 76} {
			all[fmt.Sprintf("%s, lines of %d", name, width)] = wrap(text, width)
			all[fmt.Sprintf("%s, CRLF, lines of %d", name, width)] = strings.ReplaceAll(wrap(text, width), "\n", "\r\n")
		}
	}
	return all
}

// TestSignatureEncodings checks that DecodeSignature returns the same bytes for each encoding of a
// signature. Only one signature is real, because generating keys is slow. The others are random bytes,
// which look the same to DecodeSignature.
func TestSignatureEncodings(t *testing.T) {
	t.Parallel()
	const rounds = 40
	text := signingInput(t)
	hash := sha256.Sum256([]byte(text))
	for _, bits := range []int{2048, 3072, 4096} {
		t.Run(fmt.Sprint(bits), func(t *testing.T) {
			t.Parallel()
			for round := range rounds {
				signature := randomBytes(uint64(round), bits/8)
				if round == 0 && bits == 2048 {
					signature = must(rsa.SignPKCS1v15(nil, rsa2048(), crypto.SHA256, hash[:]))
				}
				for name, form := range encodings(signature) {
					if decoded, err := key.DecodeSignature(form, text); string(decoded) != string(signature) {
						t.Fatalf("round %d, %s: got different bytes, error %v", round, name, err)
					}
				}
			}
		})
	}
}

// randomBytes returns bytes that depend only on the seed.
func randomBytes(seed uint64, size int) []byte {
	generator := mathrand.New(mathrand.NewPCG(seed, 1))
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(generator.Uint32())
	}
	return data
}

// TestInvalidSignature checks that text that cannot be an RSA signature results in a fault that
// identifies the content of the text, and that contains no part of it.
func TestInvalidSignature(t *testing.T) {
	t.Parallel()
	text := signingInput(t)
	hash := sha256.Sum256([]byte(text))
	hexHash := hex.EncodeToString(hash[:])
	encode := base64.StdEncoding.EncodeToString
	der := must(ecdsa.SignASN1(rand.Reader, ec256(), hash[:]))
	size := func(bytes int) *fault.Fault {
		return fault.New("signature-size", "bytes", bytes, "least_bytes", 256, "most_bytes", 1024)
	}
	isHash := fault.New("signature-is-hash")
	for name, test := range map[string]struct {
		signature string
		want      *fault.Fault
	}{
		"empty":                    {"", fault.New("signature-empty")},
		"only the Vault prefix":    {"vault:v1:", fault.New("signature-empty")},
		"not base64":               {strings.Repeat("!", 344), fault.New("signature-not-base64")},
		"one character missing":    {encode(rs256(t, text))[:341], fault.New("signature-not-base64")},
		"only whitespace":          {" \n", fault.New("signature-empty")},
		"JWT":                      {text + "." + encode(rs256(t, text)), fault.New("signature-not-base64")},
		"truncated JSON":           {`{"Signature":"c2l`, fault.New("signature-not-base64")},
		"invalid Vault prefix":     {"vault:1:" + encode(rs256(t, text)), fault.New("signature-not-base64")},
		"hash":                     {encode(hash[:]), isHash},
		"hash, hexadecimal":        {hexHash, isHash},
		"hash, base64 of digits":   {encode([]byte(hexHash)), isHash},
		"hash, 0X and line break":  {"0X" + hexHash + "\n", isHash},
		"hash, OpenSSL":            {"SHA2-256(stdin)= " + hexHash, isHash},
		"hash in quotes":           {`"` + encode(hash[:]) + `"`, isHash},
		"ECDSA, DER":               {encode(der), fault.New("signature-is-ecdsa")},
		"ECDSA, DER, Vault prefix": {"vault:v1:" + encode(der), fault.New("signature-is-ecdsa")},
		"ECDSA, JWS with P-384":    {strings.Repeat("////", 32), fault.New("signature-is-ecdsa")},
		"Ed25519":                  {encode(ed25519.Sign(edwards(), []byte(text))), size(64)},
		"RSA with 1024 bits":       {encode(make([]byte, 128)), size(128)},
		"longer than 8192 bits":    {encode(make([]byte, 1025)), size(1025)},
		"truncated by three bytes": {encode(rs256(t, text)[:253]), size(253)},
	} {
		_, err := key.DecodeSignature(test.signature, text)
		if err == nil || err.Error() != test.want.Error() {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

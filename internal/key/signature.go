package key

import (
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"regexp"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// vaultPrefix matches what Vault writes before a signature: its name and the version of
// the key.
var vaultPrefix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^vault:v[0-9]+:`) })

// Signed returns the JWS in compact form (RFC 7515 section 7.1) of a signing input and a
// signature that [DecodeSignature] returned.
func Signed(signingInput string, signature []byte) Secret {
	return NewSecret(signingInput + "." + base64.RawURLEncoding.EncodeToString(signature))
}

// DecodeSignature decodes the RS256 signature of a signing input. The text is base64 or
// base64url, with padding or without, and may have the prefix of Vault.
//
// The signature is not verified, because the public key is not known. Text that cannot be a
// signature by an RSA key of 2048 to 8192 bits is a fault, which identifies what it is if
// possible.
func DecodeSignature(text, signingInput string) ([]byte, error) {
	text = strings.TrimSpace(text)
	text = text[len(vaultPrefix().FindString(text)):]
	if text == "" {
		return nil, fault.New("signature-empty")
	}
	hash := sha256.Sum256([]byte(signingInput))
	// Hexadecimal text is also valid base64, so this is checked first. OpenSSL writes
	// colons between them.
	digits := strings.ReplaceAll(strings.TrimPrefix(text, "0x"), ":", "")
	switch decoded, err := hex.DecodeString(digits); {
	case err == nil && len(decoded) == sha256.Size:
		return nil, fault.New("signature-is-hash")
	case err == nil && len(decoded) > sha256.Size:
		return nil, fault.New("signature-hexadecimal")
	}
	signature, err := object.DecodeBase64(text)
	switch {
	case err != nil:
		return nil, fault.New("signature-not-base64")
	case string(signature) == string(hash[:]) || isHash(string(signature)):
		return nil, fault.New("signature-is-hash")
	case isECDSA(signature):
		return nil, fault.New("signature-is-ecdsa")
	case len(signature) < minBits/8 || len(signature) > maxBits/8:
		return nil, fault.New("signature-size",
			"bytes", len(signature), "least_bytes", minBits/8, "most_bytes", maxBits/8)
	}
	return signature, nil
}

// isECDSA reports whether a signature was made with an EC key, in the DER encoding of RFC 3279
// section 2.2.3 or in that of a JWS (RFC 7518 section 3.4) with P-384 or P-521. The
// latter is not detected for P-256, because its 64 bytes can also be an Ed25519 signature.
func isECDSA(signature []byte) bool {
	var numbers struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signature, &numbers)
	return err == nil && len(rest) == 0 || len(signature) == 96 || len(signature) == 132
}

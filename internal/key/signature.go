package key

import (
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// vaultPrefix matches the prefix that Vault adds to signatures. It contains the key version.
var vaultPrefix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^vault:v[0-9]{1,9}:`) })

// Signed appends signature, which [DecodeSignature] returned, to signingInput. The result is a JWS in
// compact form (RFC 7515 section 7.1).
func Signed(signingInput string, signature []byte) Secret {
	return NewSecret(signingInput + "." + base64.RawURLEncoding.EncodeToString(signature))
}

// DecodeSignature decodes the RS256 signature of a signing input. The text is base64 or base64url,
// with or without padding. It may begin with Vault's prefix, and may contain line breaks and
// surrounding whitespace.
//
// DecodeSignature does not verify the signature, because the public key is not known. It returns a
// fault if text cannot be a signature by an RSA key of 2048 to 8192 bits. If DecodeSignature
// recognizes the content of text, such as a hash, the code of the fault identifies it. The fault
// contains no part of text except for Vault's prefix.
func DecodeSignature(text, signingInput string) ([]byte, error) {
	_, encoded := cutVaultPrefix(text)
	if encoded == "" {
		return nil, fault.New("signature-empty")
	}
	// Check for hexadecimal text first, because it is also valid base64.
	if digits, ok := hexDigits(encoded); ok && len(digits) >= 2*sha256.Size {
		if isHash(encoded) {
			return nil, fault.New("signature-is-hash")
		}
		return nil, fault.New("signature-hexadecimal")
	}
	signature, err := object.DecodeBase64(encoded)
	if err != nil {
		return nil, otherForm(text, signingInput)
	}
	hash := sha256.Sum256([]byte(signingInput))
	switch {
	case string(signature) == string(hash[:]) || isHash(string(signature)):
		return nil, fault.New("signature-is-hash")
	case len(signature) >= minBits/8 && isText(signature):
		return nil, textFault(text, string(signature), signingInput)
	case isECDSA(signature):
		return nil, fault.New("signature-is-ecdsa")
	case len(signature) < minBits/8 || len(signature) > maxBits/8:
		return nil, fault.New("signature-size",
			"bytes", len(signature), "least_bytes", minBits/8, "most_bytes", maxBits/8)
	}
	return signature, nil
}

// cutVaultPrefix removes surrounding whitespace and Vault's prefix from text. The prefix is "" if
// text does not begin with it.
func cutVaultPrefix(text string) (prefix, encoded string) {
	text = strings.TrimSpace(text)
	prefix = vaultPrefix().FindString(text)
	return prefix, text[len(prefix):]
}

// isECDSA reports whether signature is an ECDSA signature in the DER encoding of RFC 3279
// section 2.2.3, or in the JWS encoding (RFC 7518 section 3.4) with P-384 or P-521. It does not
// detect the JWS encoding with P-256, because the 64 bytes could also be an Ed25519 signature.
func isECDSA(signature []byte) bool {
	var numbers struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signature, &numbers)
	return err == nil && len(rest) == 0 || len(signature) == 96 || len(signature) == 132
}

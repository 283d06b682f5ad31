package key

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// The minimum and maximum size of an RSA key, in bits. RFC 7518 section 3.3 requires at least 2048
// bits for RS256. The maximum limits how long signing takes.
const (
	minBits = 2048
	maxBits = 8192
)

// Parts of the lines that enclose the base64 of a PEM (RFC 7468).
const (
	pemBegin = "-----BEGIN"
	pemEnd   = "-----END"
	pemDash  = "-----"
)

// parsePrivateKey parses the value of the "key" member: the PEM of an RSA private key in PKCS#1 or
// PKCS#8 format. Line breaks may be missing, doubled, escaped, or replaced by other whitespace (see
// [looseBlock]). Nothing else is repaired. The error is a fault about the member.
func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	block, rest := pem.Decode([]byte(text))
	trailing := string(rest)
	if block == nil {
		block, trailing = looseBlock(text)
	}
	if block == nil {
		return nil, fault.New("key-not-pem", "member", "key")
	}
	private, f := parseBlock(block)
	switch {
	case f != nil:
		return nil, f.With("member", "key")
	case strings.TrimSpace(unescapeBreaks(trailing)) != "":
		return nil, fault.New("key-pem-trailing", "member", "key")
	}
	return private, nil
}

// parseBlock parses the content of a PEM block. It fails if the content is not an RSA private key
// of a supported size.
func parseBlock(block *pem.Block) (private *rsa.PrivateKey, f *fault.Fault) {
	if f := otherBlock(block); f != nil {
		return nil, f
	}
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		private, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		var parsed any
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		switch k := parsed.(type) {
		case nil:
		case *rsa.PrivateKey:
			private = k
		case *ecdsa.PrivateKey:
			return nil, fault.New("key-is-ec")
		default:
			return nil, fault.New("key-not-rsa")
		}
	default:
		return nil, fault.New("key-pem-type", "found", blockType(block.Type))
	}
	// The fault omits the error from crypto/x509, because it describes bytes of the key.
	if err != nil {
		return nil, fault.New("key-damaged")
	}
	if bits := private.N.BitLen(); bits < minBits || bits > maxBits {
		return nil, fault.New("key-size", "bits", bits, "min", minBits, "max", maxBits)
	}
	return private, nil
}

// blockType returns text, the type of a PEM block, if it consists of words in upper case. Otherwise,
// it returns "", because text may be part of the key.
func blockType(text string) string {
	if text != strings.ToUpper(text) || typeName(strings.ReplaceAll(text, " ", "_")) == "" {
		return ""
	}
	return text
}

// otherBlock returns a fault if the type or the headers of a PEM block identify content that is
// not supported, such as an encrypted key. It returns nil otherwise.
func otherBlock(block *pem.Block) *fault.Fault {
	_, isEncrypted := block.Headers["DEK-Info"]
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || isEncrypted:
		return fault.New("key-encrypted")
	case block.Type == "EC PRIVATE KEY":
		return fault.New("key-is-ec")
	case block.Type == "OPENSSH PRIVATE KEY":
		return fault.New("key-is-ssh", "found", "OpenSSH")
	case strings.HasSuffix(block.Type, "PUBLIC KEY"):
		return fault.New("key-is-public")
	case strings.HasSuffix(block.Type, "CERTIFICATE"):
		return fault.New("key-is-certificate")
	}
	return nil
}

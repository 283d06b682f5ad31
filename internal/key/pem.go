package key

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// The minimum and maximum size of an RSA key, in bits. RFC 7518 section 3.3 requires at least
// 2048 bits for RS256. The maximum limits the time to sign.
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

// parsePrivateKey parses the value of the member "key": the PEM of an RSA private key in PKCS#1
// or PKCS#8 format. Line breaks may be missing, doubled, escaped, or replaced by other
// whitespace (see [looseBlock]). Nothing else is repaired. The error is a fault of the member.
func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	block, rest := pem.Decode([]byte(text))
	trailing := string(rest)
	if block == nil {
		block, trailing = looseBlock(text)
	}
	if block == nil {
		return nil, pemFault("key-not-pem")
	}
	private, code, values := parseBlock(block)
	switch {
	case code != "":
		return nil, pemFault(code, values...)
	case strings.TrimSpace(unescapeBreaks(trailing)) != "":
		return nil, pemFault("key-pem-trailing")
	}
	return private, nil
}

// parseBlock parses the content of a PEM block. If the content is not an RSA private key of a
// supported size, it returns the code and the values of a fault.
func parseBlock(block *pem.Block) (private *rsa.PrivateKey, code string, values []any) {
	if code := otherBlock(block); code != "" {
		return nil, code, nil
	}
	if block.Type == "OPENSSH PRIVATE KEY" {
		return nil, "key-is-ssh", []any{"found", "OpenSSH"}
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
			return nil, "key-is-ec", nil
		default:
			return nil, "key-not-rsa", nil
		}
	default:
		return nil, "key-pem-type", []any{"found", clip(block.Type)}
	}
	// The fault omits the error of crypto/x509, because that error describes bytes of the
	// key.
	if err != nil {
		return nil, "key-damaged", nil
	}
	if bits := private.N.BitLen(); bits < minBits || bits > maxBits {
		return nil, "key-size", []any{"bits", bits, "min", minBits, "max", maxBits}
	}
	return private, "", nil
}

// otherBlock returns a fault code if the type or the headers of a PEM block identify content
// that is not supported, such as an encrypted key. It returns "" otherwise.
func otherBlock(block *pem.Block) string {
	_, isEncrypted := block.Headers["DEK-Info"]
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || isEncrypted:
		return "key-encrypted"
	case block.Type == "EC PRIVATE KEY":
		return "key-is-ec"
	case strings.HasSuffix(block.Type, "PUBLIC KEY"):
		return "key-is-public"
	case strings.HasSuffix(block.Type, "CERTIFICATE"):
		return "key-is-certificate"
	}
	return ""
}

// pemFault returns a fault of the member "key".
func pemFault(code string, values ...any) *fault.Fault {
	return fault.New(code, append([]any{"member", "key"}, values...)...)
}

package key

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// The minimum and maximum size of an RSA key, in bits. RFC 7518 section 3.3 requires
// 2048 bits for RS256. The maximum limits the time of a signature.
const (
	minBits = 2048
	maxBits = 8192
)

// parsePrivateKey parses the PEM of a private RSA key in the member "key", PKCS#1 or
// PKCS#8. Its line breaks may be LF, CRLF, or escaped as \n, as they are in a key JSON
// that was encoded twice. The error is a fault of the member.
func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", "\r\n", "\n").Replace(text)
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, pemFault("key-not-pem")
	case strings.TrimSpace(string(rest)) != "":
		return nil, pemFault("key-pem-trailing")
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, pemFault("key-encrypted")
	case block.Type == "EC PRIVATE KEY":
		return nil, pemFault("key-is-ec")
	case block.Type == "PUBLIC KEY" || block.Type == "RSA PUBLIC KEY":
		return nil, pemFault("key-is-public")
	}
	return parseDER(block)
}

// parseDER parses the content of a PEM block.
func parseDER(block *pem.Block) (private *rsa.PrivateKey, err error) {
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
			return nil, pemFault("key-is-ec")
		default:
			return nil, pemFault("key-not-rsa")
		}
	default:
		return nil, pemFault("key-pem-type", "found", clip(block.Type))
	}
	// The fault does not contain the error of crypto/x509, which describes bytes of
	// the key.
	if err != nil {
		return nil, pemFault("key-damaged")
	}
	if bits := private.N.BitLen(); bits < minBits || bits > maxBits {
		return nil, pemFault("key-size", "bits", bits, "min", minBits, "max", maxBits)
	}
	return private, nil
}

// pemFault returns a fault of the member "key".
func pemFault(code string, values ...any) *fault.Fault {
	return fault.New(code, append([]any{"member", "key"}, values...)...)
}

package key

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// The bounds of an RSA key. RFC 7518 section 3.3 requires 2048 bits for RS256.
// The upper bound limits the time of a signature.
const (
	minBits = 2048
	maxBits = 8192
)

// parsePrivateKey reads the PEM of a private RSA key, PKCS#1 or PKCS#8. Its
// newlines may be real ones, CRLF, or still escaped as \n: a key JSON that
// went through a second encoder has them so.
func parsePrivateKey(text string) (*rsa.PrivateKey, error) {
	text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", "\r\n", "\n").Replace(text)
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, errors.New(`is not a PEM: it must start with "-----BEGIN RSA PRIVATE KEY-----", end with "-----END RSA PRIVATE KEY-----" and be complete`)
	case strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("has text behind the PEM block: leave only the private key")
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, errors.New("is encrypted with a passphrase: decrypt it first, or take the key as ZITADEL gave it")
	case block.Type == "EC PRIVATE KEY":
		return nil, errors.New("is an EC key: ZITADEL accepts RSA keys only")
	case block.Type == "PUBLIC KEY" || block.Type == "RSA PUBLIC KEY":
		return nil, errors.New("is a public key: signing needs the private one")
	}
	return parseDER(block)
}

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
			return nil, errors.New("is an EC key: ZITADEL accepts RSA keys only")
		default:
			return nil, errors.New("is not an RSA key: ZITADEL accepts RSA keys only")
		}
	default:
		return nil, fmt.Errorf("is a PEM of %q: it must be an RSA private key", clip(block.Type))
	}
	// The error of crypto/x509 stays out: it describes bytes of the key.
	if err != nil {
		return nil, errors.New("is damaged: the PEM does not hold a valid RSA private key")
	}
	if bits := private.N.BitLen(); bits < minBits || bits > maxBits {
		return nil, fmt.Errorf("is an RSA key of %d bits; keys of %d to %d bits are supported", bits, minBits, maxBits)
	}
	return private, nil
}

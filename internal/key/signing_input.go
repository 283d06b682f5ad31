package key

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// algorithmRS256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
const algorithmRS256 = "RS256"

// header is the header of an assertion. Its members are in alphabetical order, which is also
// the order in [Key.Sign].
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

// SigningInput returns the JWS signing input (RFC 7515 section 5.1) of an assertion that is to
// be signed elsewhere with RS256. The claims are those of [Key.Sign] without "jti", so that
// equal arguments result in equal text. ZITADEL accepts an assertion without "jti".
func SigningInput(subject, keyID, audience string, now time.Time, lifetime time.Duration) (string, error) {
	issued, expires := validity(now, lifetime)
	protected, err := json.Marshal(header{Algorithm: algorithmRS256, KeyID: keyID, Type: "JWT"})
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims{
		Issuer:   subject,
		Subject:  subject,
		Audience: oneOrMany{audience},
		IssuedAt: issued.Unix(),
		Expires:  expires.Unix(),
	})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(protected) + "." + encode(payload), nil
}

// CheckSigningInput returns a fault unless text is a JWS signing input with the algorithm RS256
// and a JSON object as its payload. If text is the hash or the base64 of a signing input, or if
// it is a complete JWS, the code of the fault indicates this.
func CheckSigningInput(text string) error {
	protected, payload, ok := strings.Cut(text, ".")
	decodedHeader, headerError := base64.RawURLEncoding.DecodeString(protected)
	decodedPayload, payloadError := base64.RawURLEncoding.DecodeString(payload)
	if !ok || headerError != nil || payloadError != nil {
		return notSigningInput(text)
	}
	var found struct {
		Algorithm string `json:"alg"`
	}
	var members map[string]json.RawMessage
	err := object.Decode(decodedHeader, &found)
	if err == nil {
		members, err = object.Members(decodedPayload, object.Names{})
	}
	switch {
	case err != nil || members == nil:
		return fault.New("signing-input-invalid")
	case found.Algorithm != algorithmRS256:
		return fault.New("signing-input-algorithm", "found", clip(found.Algorithm))
	}
	return nil
}

// notSigningInput returns the fault for text that does not consist of two base64url parts.
func notSigningInput(text string) error {
	decoded, err := object.DecodeBase64(text)
	switch {
	case isHash(text) || err == nil && (len(decoded) == sha256.Size || isHash(string(decoded))):
		return fault.New("signing-input-is-hash")
	case err == nil && strings.Contains(string(decoded), ".") && CheckSigningInput(string(decoded)) == nil:
		return fault.New("signing-input-encoded")
	case strings.Count(text, ".") == 2:
		return fault.New("signing-input-signed")
	}
	return fault.New("signing-input-invalid")
}

// isHash reports whether text is a SHA-256 hash in hexadecimal.
func isHash(text string) bool {
	hash, err := hex.DecodeString(text)
	return err == nil && len(hash) == sha256.Size
}

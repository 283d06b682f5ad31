package key

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// algorithmRS256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3).
const algorithmRS256 = "RS256"

// header is the header of an assertion. Its members are in alphabetical order, as in the assertions
// that [Key.Sign] returns.
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

// SigningInput returns the JWS signing input (RFC 7515 section 5.1) of an assertion that is to be
// signed elsewhere with RS256. The claims are those of [Key.Sign] without "jti", so that identical
// arguments result in identical text. ZITADEL accepts an assertion without "jti".
//
// SigningInput fails with the code "time-out-of-range" if "iat" is before 1970 or "exp" is after
// 9999, because [ParseAssertion] rejects such an assertion.
func SigningInput(subject, keyID, audience string, now time.Time, lifetime time.Duration) (string, error) {
	issued, expires := validity(now, lifetime)
	switch {
	case issued.Unix() < 0:
		return "", fault.New("time-out-of-range", "claim", "iat")
	case expires.Year() > 9999:
		return "", fault.New("time-out-of-range", "claim", "exp")
	}
	protected, err := json.Marshal(header{Algorithm: algorithmRS256, KeyID: keyID, Type: "JWT"})
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(newClaims(subject, []string{audience}, issued, expires))
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(protected) + "." + encode(payload), nil
}

// CheckSigningInput returns a fault unless text is a JWS signing input with the algorithm RS256 and a
// JSON object as its payload. The code of the fault identifies the hash or the base64 of a signing
// input, a complete JWS, and characters that were copied along with a signing input. The fault
// contains no part of text except the algorithm.
func CheckSigningInput(text string) error {
	if around, inner := pasted.Around(text); around.Kind != pasted.None {
		return within(surplusFault(text, around, inner), CheckSigningInput(inner))
	}
	// The base64 decoders ignore line breaks, which a JWS must not contain.
	if inside, _ := pasted.Inside(text); inside.Kind != pasted.None {
		compact, steps := pasted.Compact(text)
		whitespace := fault.New("value-whitespace", "character", inside.Character, "steps", steps)
		return within(whitespace, CheckSigningInput(compact))
	}
	protected, payload, ok := strings.Cut(text, ".")
	decodedHeader, headerError := base64.RawURLEncoding.Strict().DecodeString(protected)
	decodedPayload, payloadError := base64.RawURLEncoding.Strict().DecodeString(payload)
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
	case pasted.HasPlaceholder(text):
		return fault.New("value-placeholder")
	case strings.Count(text, ".") == 2:
		return fault.New("signing-input-signed")
	}
	return fault.New("signing-input-invalid")
}

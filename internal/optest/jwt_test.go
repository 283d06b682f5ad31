package optest

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// jwt is a recorded JWT without its signature.
type jwt struct {
	Header  map[string]string `json:"header"`
	Claims  map[string]any    `json:"claims"`
	Foreign bool              `json:"foreign"` // signed with a key that the server does not have
	Damaged bool              `json:"damaged"` // with an invalid signature
}

// sign returns a recorded JWT in compact form, signed with the key that signingKey returns. A
// JWT whose algorithm is none is not signed.
func (r *replay) sign(t *testing.T, recorded *jwt) string {
	t.Helper()
	payload := mustJSON(recorded.Claims)
	if recorded.Header["alg"] == "none" {
		encode := base64.RawURLEncoding.EncodeToString
		return encode(mustJSON(recorded.Header)) + "." + encode(payload) + "."
	}
	var options jose.SignerOptions
	if typ := recorded.Header["typ"]; typ != "" {
		options.WithType(jose.ContentType(typ))
	}
	var private any = r.signingKey(recorded).private()
	if kid := recorded.Header["kid"]; kid != "" {
		private = jose.JSONWebKey{Key: private, KeyID: kid}
	}
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.SignatureAlgorithm(recorded.Header["alg"]), Key: private,
	}, &options)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	if recorded.Damaged {
		return damage(compact)
	}
	return compact
}

// signingKey returns the key to sign a recorded JWT with: the foreign key for a foreign JWT,
// and otherwise the key with the recorded ID. If that ID is unknown or missing, signingKey
// returns a key of the application that issued the JWT, or of World.Service if the issuer is
// not an application, so that nothing but the ID is wrong with the JWT.
func (r *replay) signingKey(recorded *jwt) *key {
	if recorded.Foreign {
		return r.foreign
	}
	if k, ok := r.keys[recorded.Header["kid"]]; ok {
		return k
	}
	issuer, _ := recorded.Claims["iss"].(string)
	if a := r.world.application(issuer); a != nil {
		return a.keys[0]
	}
	return r.world.Service.keys[0]
}

// damage returns the token with a different first character in its last part, which
// invalidates the signature.
func damage(token string) string {
	n := strings.LastIndexByte(token, '.') + 1
	other := "A"
	if token[n:n+1] == other {
		other = "B"
	}
	return token[:n] + other + token[n+1:]
}

// decodeTokens replaces each token in a JSON value with what can be decoded without a key: the
// header of a JWE, the header and the claims of a JWT, or the length of any other access
// token.
func decodeTokens(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = decodeTokens(member)
			if text, ok := value[name].(string); ok && name == "access_token" {
				value[name] = map[string]any{"opaque": float64(len(text))}
			}
		}
	case string:
		parts := strings.Split(value, ".")
		header, isToken := decodePart(parts[0])
		switch {
		case isToken && len(parts) == 5:
			delete(header, "iv")
			delete(header, "tag")
			return map[string]any{"jwe": header}
		case isToken && len(parts) == 3:
			claims, _ := decodePart(parts[1])
			return map[string]any{"jwt": map[string]any{"header": header, "claims": claims}}
		}
	}
	return value
}

// decodePart returns the JSON object in a part of a token. It returns false if the part does
// not contain one.
func decodePart(part string) (map[string]any, bool) {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil, false
	}
	var object map[string]any
	err = json.Unmarshal(data, &object)
	return object, err == nil && object != nil
}

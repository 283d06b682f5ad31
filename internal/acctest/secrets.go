package acctest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// secrets is a set of secrets with their descriptions.
type secrets struct {
	mu   sync.Mutex
	what map[string]string // descriptions, keyed by secret
}

// runSecrets contains the secrets of the whole run: the secrets that the issuers receive
// and issue, sensitive arguments, and secrets that tests add.
var runSecrets = secrets{what: map[string]string{}}

// AddSecret adds a secret with a description to the secrets of the run. Numbers are
// ignored, because a user ID can be exchanged like a token but is not secret.
func AddSecret(what, secret string) { runSecrets.add(what, secret) }

// AddTestSecret is like AddSecret, for a secret that a test makes up. It returns the
// secret, and ends the test if the secret is too short to be found.
func AddTestSecret(t testing.TB, what, secret string) string {
	t.Helper()
	if len(secret) < pieceLength {
		t.Fatalf("%s: a secret of %d characters is too short to be found", what, len(secret))
	}
	AddSecret(what, secret)
	return secret
}

func (s *secrets) add(what, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	number := strings.Trim(secret, "0123456789") == ""
	if s.what[secret] == "" && !number {
		s.what[secret] = what
	}
}

// addWorld adds the secrets of the built-in issuer.
func (s *secrets) addWorld() {
	w := World()
	for name, secret := range map[string]string{
		"secret of a service account": w.Service.Secret, "secret of a JWT service account": w.ServiceJWT.Secret,
		"personal access token":        w.Service.PAT,
		"secret of an API application": w.APIBasic.Secret, "secret of another API application": w.OtherAPIBasic.Secret,
		"secret of an OIDC application": w.OIDC.Secret, "secret of another OIDC application": w.OIDCBasic.Secret,
	} {
		s.add(name, secret)
	}
	for name, key := range map[string][]byte{
		"key of a service account": w.Service.KeyJSON(), "key of a JWT service account": w.ServiceJWT.KeyJSON(),
		"key of a service account without a grant": w.ServiceNoGrant.KeyJSON(), "key of an API application": w.API.KeyJSON(),
		"key of another API application": w.OtherAPI.KeyJSON(), "key of an OIDC application": w.OIDC.KeyJSON(),
	} {
		s.add(name, string(key))
	}
}

var base64Line = regexp.MustCompile(`^[A-Za-z0-9+/]+=*$`)

// SecretParts returns the parts of a secret that occur nowhere else. For a key file,
// these are the lines with the private numbers, because the public numbers are shown in
// other places. For a JWT, only the signature is returned, because the other parts are
// the same in many tokens and useless alone. For an encrypted token, the encrypted key,
// the ciphertext and the authentication tag are returned.
func SecretParts(secret string) []string {
	var file struct {
		Key string `json:"key"`
	}
	if json.Unmarshal([]byte(secret), &file) == nil && file.Key != "" {
		secret = file.Key
	}
	if _, key, found := strings.Cut(secret, "PRIVATE KEY-----"); found {
		key = strings.NewReplacer("\\n", "\n", "\\r", "", "\r", "").Replace(key)
		lines := strings.Split(strings.TrimSpace(key), "\n")
		first := 1
		if len(lines) > 12 {
			first = 7 // an RSA key begins with its modulus, which is public
		}
		lines = lines[min(first, len(lines)):]
		return slices.DeleteFunc(lines, func(line string) bool { return !base64Line.MatchString(line) })
	}
	parts := strings.Split(secret, ".")
	switch len(parts) {
	case 3:
		parts = parts[2:]
	case 5:
		parts = []string{parts[1], parts[3], parts[4]}
	}
	// A part that contains "eyJ" is a header or claims, possibly with text before it.
	return slices.DeleteFunc(parts, func(part string) bool { return strings.Contains(part, "eyJ") })
}

// pieceLength is the length of the pieces of secrets that are searched for.
const pieceLength = 16

// encodings returns a piece of a secret in each encoding in which text can contain it,
// keyed by a description of the encoding. The piece and each result have pieceLength
// characters.
func encodings(piece string) map[string]string {
	raw := []byte(piece)
	encoded := map[string]string{
		"":         piece,
		" (hex)":   hex.EncodeToString(raw)[:pieceLength],
		" (bytes)": fmt.Sprintf("%d", raw)[1 : 1+pieceLength],
	}
	if escaped := url.QueryEscape(piece); escaped != piece {
		encoded[" (escaped)"] = escaped[:pieceLength]
	}
	// The parts of a JWT are base64url, but its signature may also occur as standard base64.
	if standard := strings.NewReplacer("-", "+", "_", "/").Replace(piece); standard != piece {
		encoded[" (standard base64)"] = standard
	}
	// Base64 encodes each group of three bytes as four characters. The number of bytes before
	// the piece determines the groups.
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), raw...))
		encoded[" (base64 "+string(rune('0'+before))+")"] = text[4 : 4+pieceLength]
	}
	return encoded
}

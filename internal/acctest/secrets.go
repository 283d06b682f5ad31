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

// secrets is a set of secrets, each with a description.
type secrets struct {
	mu   sync.Mutex
	what map[string]string // descriptions, keyed by secret
}

// runSecrets contains the run's secrets: those that the issuers receive or issue, the values of
// sensitive arguments, and those that tests add.
var runSecrets = secrets{what: map[string]string{}}

// AddSecret adds a secret to the run's secrets. what describes the secret. AddSecret ignores
// numbers, because a user ID can be exchanged like a token but is not secret.
func AddSecret(what, secret string) { runSecrets.add(what, secret) }

// AddTestSecret is like AddSecret, for a secret that a test makes up. It returns the secret, and
// fails the test if the secret is too short to be found.
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
	if strings.Contains(secret, "PRIVATE KEY-----") && !strings.Contains(what, "key") {
		what = "misplaced key" // a key in an argument for something else is a key wherever it is found
	}
	number := strings.Trim(secret, "0123456789") == ""
	if s.what[secret] == "" && !number {
		s.what[secret] = what
	}
}

// addWorld adds the secrets and keys in [World].
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

// SecretParts returns the parts of a secret that are themselves secret: for a key file, the lines
// that contain the private numbers; for a JWT, only the signature, because the other parts are the
// same in many tokens and useless without it; and for an encrypted token, the encrypted key, the
// ciphertext and the authentication tag.
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
	// A part that contains "eyJ" is a header or claims, possibly preceded by other text. "ZXlK" is the
	// base64 of "eyJ".
	return slices.DeleteFunc(parts, func(part string) bool {
		return strings.Contains(part, "eyJ") || strings.Contains(part, "ZXlK")
	})
}

// pieceLength is the length of the pieces of a secret that [finder] searches for.
const pieceLength = 16

// encodings returns a piece of a secret in each encoding that is searched for, keyed by a
// description of the encoding. The piece and the results are pieceLength characters long.
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
	// The parts of a JWT are base64url, but its signature can also occur in standard base64.
	if standard := strings.NewReplacer("-", "+", "_", "/").Replace(piece); standard != piece {
		encoded[" (standard base64)"] = standard
	}
	// Base64 encodes each group of three bytes as four characters, so the encoding of the piece
	// depends on the number of bytes before it.
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), raw...))
		encoded[" (base64 "+string(rune('0'+before))+")"] = text[4 : 4+pieceLength]
	}
	return encoded
}

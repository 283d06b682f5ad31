package provider_test

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

// secrets are secrets by what they are.
type secrets struct {
	mu   sync.Mutex
	what map[string]string
}

// known are the secrets of the whole run: those that the issuers are sent and
// give, the arguments that are marked sensitive, and what tests hide.
var known = secrets{what: map[string]string{}}

func (s *secrets) add(what, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	number := strings.Trim(secret, "0123456789") == "" // the id of a user can be exchanged like a token
	if s.what[secret] == "" && !number {
		s.what[secret] = what
	}
}

// pieceLength is how much of a secret in one piece is taken for the secret.
// What is shorter is none.
const pieceLength = 16

// hide adds a secret of a test, which must be one that can be found.
func hide(t *testing.T, what, secret string) string {
	t.Helper()
	if len(secret) < pieceLength {
		t.Fatalf("%s: %d letters are too few to be found", what, len(secret))
	}
	known.add(what, secret)
	return secret
}

var base64Line = regexp.MustCompile(`^[A-Za-z0-9+/]+=*$`)

// parts are what a secret has and nothing else: of a key file the private
// numbers, since the public ones are shown in other places; of a JWT its
// signature and of an encrypted token what is encrypted, since the rest is the
// same in many, and of no use alone.
func parts(secret string) []string {
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
			first = 7 // an RSA key begins with its modulus
		}
		return slices.DeleteFunc(lines[min(first, len(lines)):], func(line string) bool { return !base64Line.MatchString(line) })
	}
	switch whole := strings.Split(secret, "."); len(whole) {
	case 3:
		return whole[2:]
	case 5:
		return []string{whole[1], whole[3], whole[4]}
	default: // a malformed token: header and claims are JSON
		return slices.DeleteFunc(whole, func(part string) bool { return strings.HasPrefix(part, "eyJ") })
	}
}

// encodings are a piece of a secret as it can stand in a text, each in
// pieceLength letters.
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
	// In base64 three letters become four, and where the first one begins is up
	// to what stands before.
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), raw...))
		encoded[" (base64 "+string(rune('0'+before))+")"] = text[4 : 4+pieceLength]
	}
	return encoded
}

// finder finds the pieces of secrets in text, of which there is much.
type finder struct {
	pieces map[string]string
	begins [1 << 20 / 64]uint64 // a bit for the first four letters of each piece
}

func (s *secrets) finder() *finder {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &finder{pieces: map[string]string{}}
	for secret, what := range s.what {
		for _, part := range parts(secret) {
			if len(part) < pieceLength {
				continue
			}
			for _, from := range []int{0, (len(part) - pieceLength) / 2, len(part) - pieceLength} {
				for encoding, piece := range encodings(part[from : from+pieceLength]) {
					f.pieces[piece] = what + encoding
					bit := hashOf(piece)
					f.begins[bit/64] |= 1 << (bit % 64)
				}
			}
		}
	}
	return f
}

func hashOf(four string) uint32 {
	return (uint32(four[0]) | uint32(four[1])<<8 | uint32(four[2])<<16 | uint32(four[3])<<24) * 2654435761 >> 12
}

// find tells of each piece of a secret in text: what it is, and where.
//
//go:norace
func (f *finder) find(text string, tell func(what string, at int)) {
	for at := 0; at+pieceLength <= len(text); at++ {
		if bit := hashOf(text[at:]); f.begins[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		if what, ok := f.pieces[text[at:at+pieceLength]]; ok {
			tell(what, at)
		}
	}
}

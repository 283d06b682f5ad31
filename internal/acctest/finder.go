package acctest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// finder finds pieces of secrets in large amounts of text.
type finder struct {
	pieces   map[string]string    // descriptions of secrets, keyed by piece
	prefixes [1 << 20 / 64]uint64 // a Bloom filter for the first four bytes of each piece
}

// finder returns a finder for all secrets in s.
func (s *secrets) finder() *finder {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &finder{pieces: map[string]string{}}
	// Tokens from the same issuer begin with the same text, so several secrets can contain the
	// same piece. Use the shortest description, which is the most general one.
	secrets := slices.SortedFunc(maps.Keys(s.what), func(a, b string) int {
		return cmp.Or(len(s.what[a])-len(s.what[b]), strings.Compare(s.what[a], s.what[b]), strings.Compare(a, b))
	})
	for _, secret := range secrets {
		what := s.what[secret]
		for _, part := range SecretParts(secret) {
			if len(part) < pieceLength {
				continue
			}
			for _, from := range []int{0, (len(part) - pieceLength) / 2, len(part) - pieceLength} {
				for encoding, piece := range encodings(part[from : from+pieceLength]) {
					if _, isKnown := f.pieces[piece]; !isKnown {
						f.pieces[piece] = what + encoding
					}
					bit := hashOf(piece)
					f.prefixes[bit/64] |= 1 << (bit % 64)
				}
			}
		}
	}
	return f
}

// hashOf returns a 20-bit hash of the first four bytes of text.
func hashOf(text string) uint32 {
	return (uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24) * 2654435761 >> 12
}

// find calls report for each piece of a secret in text, with a description of the secret and the
// index of the piece in text. The race detector would only slow find down, because nothing modifies
// the finder while it is in use.
//
//go:norace
func (f *finder) find(text string, report func(what string, at int)) {
	for at := 0; at+pieceLength <= len(text); at++ {
		if bit := hashOf(text[at:]); f.prefixes[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		if what, ok := f.pieces[text[at:at+pieceLength]]; ok {
			report(what, at)
		}
	}
}

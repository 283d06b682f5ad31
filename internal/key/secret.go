package key

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
)

const redacted = "[redacted]"

// Secret is text that must not be printed, such as a client secret, a signed assertion or a token.
// Every fmt verb, encoding/json and log/slog write "[redacted]" in its place. Only [Secret.Reveal]
// returns the text.
//
// The zero Secret contains no text.
type Secret struct {
	// text is a pointer, because fmt does not call the methods of a Secret in an unexported field of
	// another struct. It prints the fields of the Secret instead, but for a pointer, it prints only
	// the address.
	text *string
}

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text, or "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether the text is empty.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Fingerprint returns the SHA-256 hash of the text, for use in comparisons and as a map key.
func (s Secret) Fingerprint() [sha256.Size]byte { return sha256.Sum256([]byte(s.Reveal())) }

// Format implements [fmt.Formatter]. A [fmt.Stringer] would not suffice, because fmt uses it
// only for verbs that are valid for strings, and prints the fields for other verbs.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText implements [encoding.TextMarshaler], which encoding/json also uses.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

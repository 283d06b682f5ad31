package key

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
)

const redacted = "[redacted]"

// Secret is text that must not be printed: a client secret, a signed
// assertion, a token. Every fmt verb, encoding/json and log/slog write
// "[redacted]" in its place; only [Secret.Reveal] gives the text.
//
// The zero Secret holds no text.
type Secret struct {
	// A pointer, since fmt prints the value of an unexported string field
	// without asking its type how; of a pointer it prints the address.
	text *string
}

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text, or "" of the zero Secret.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is no text.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Fingerprint returns the SHA-256 of the text, by which secrets are compared
// and looked up.
func (s Secret) Fingerprint() [sha256.Size]byte { return sha256.Sum256([]byte(s.Reveal())) }

// Format implements [fmt.Formatter]. A Stringer would not do: fmt falls back
// to the bare value for a verb that does not fit.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText implements [encoding.TextMarshaler], and so covers JSON.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

package object

import (
	"encoding/base64"
	"strings"
)

// DecodeBase64 decodes text in either alphabet of RFC 4648, with padding or without,
// in one line or several.
func DecodeBase64(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(text))
}

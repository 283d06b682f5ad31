package object

import (
	"encoding/base64"
	"strings"
)

// DecodeBase64 decodes base64 in either alphabet of RFC 4648, with or without padding, on one or
// more lines.
func DecodeBase64(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(text))
}

package object

import (
	"encoding/base64"
	"strings"
)

// DecodeBase64 decodes base64 in either alphabet of RFC 4648, on one or more lines. The padding
// may be complete, incomplete or missing. DecodeBase64 fails if text contains padding before its
// end, or more padding than its length requires.
func DecodeBase64(text string) ([]byte, error) {
	text = strings.NewReplacer("-", "+", "_", "/", "\r", "", "\n", "").Replace(text)
	digits := strings.TrimRight(text, "=")
	if padding := len(text) - len(digits); padding > (4-len(digits)%4)%4 {
		return nil, base64.CorruptInputError(len(digits))
	}
	return base64.RawStdEncoding.DecodeString(digits)
}

package pasted

import (
	"encoding/base64"
	"strings"
)

// DecodeBase64 decodes base64 in either alphabet of RFC 4648, with or without padding, on one or
// more lines. It also returns the steps that decode text. It returns false if text is not base64.
func DecodeBase64(text string) (decoded []byte, steps []string, ok bool) {
	plain := strings.Join(strings.FieldsFunc(text, isASCIISpace), "")
	if strings.ContainsAny(text, " \t\f") {
		steps = append(steps, StepCompact)
	}
	digits := strings.TrimRight(plain, "=")
	padding := len(plain) - len(digits)
	if strings.ContainsAny(digits, "-_") {
		digits = strings.NewReplacer("-", "+", "_", "/").Replace(digits)
		steps = append(steps, StepStandard)
	}
	missing := (4-len(digits)%4)%4 - padding
	if missing > 0 {
		steps = append(steps, StepPad+strings.Repeat("=", missing))
	}
	decoded, err := base64.RawStdEncoding.DecodeString(digits)
	return decoded, append(steps, StepBase64), err == nil && missing >= 0
}

package key_test

import (
	"bytes"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestRepairPEM checks that RepairPEM restores the line breaks in PEM blocks, and does not change
// text that contains no block or an invalid one.
func TestRepairPEM(t *testing.T) {
	t.Parallel()
	block := func(n byte) string {
		content := bytes.Repeat([]byte{n, 0xfb, 0xff}, 100)
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: content}))
	}
	good := block(1) + block(2)
	for name, text := range map[string]string{
		"unchanged":         good,
		"escaped":           strings.ReplaceAll(good, "\n", `\n`),
		"escaped twice":     strings.ReplaceAll(good, "\n", `\\n`),
		"CRLF":              strings.ReplaceAll(good, "\n", "\r\n"),
		"spaces":            strings.ReplaceAll(good, "\n", " "),
		"no line breaks":    strings.ReplaceAll(good, "\n", ""),
		"indented":          "    " + strings.ReplaceAll(good, "\n", "\n    "),
		"text before":       "# authority\n" + good,
		"text between":      block(1) + "# another authority\n" + block(2),
		"percent-encoded":   strings.ReplaceAll(good, "\n", "%0A"),
		"doubled":           strings.ReplaceAll(good, "\n", "\n\n"),
		"no final newlines": strings.TrimSpace(good),
		"unknown block":     "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n" + strings.ReplaceAll(good, "\n", ""),
	} {
		if got := key.RepairPEM(text); got != good {
			t.Errorf("%s: got %q, want %q", name, got, good)
		}
	}
	for name, text := range map[string]string{
		"empty": "", "no block": "canary", "no end": good[:len(good)-30],
		"invalid base64": strings.Replace(good, "AfsA", "A!sA", 1) + "-----BEGIN CERTIFICATE-----!-----END CERTIFICATE-----",
		"unknown type":   strings.ReplaceAll(good, "CERTIFICATE", "THING"),
	} {
		if got := key.RepairPEM(text); got != text {
			t.Errorf("%s: got %q, want the text unchanged", name, got)
		}
	}
}

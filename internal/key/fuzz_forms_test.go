package key_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// breakMangles change the line breaks in a PEM.
var breakMangles = []func(string) string{
	func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
	func(s string) string { return strings.ReplaceAll(s, "\n", " ") },
	func(s string) string { return strings.ReplaceAll(s, "\n", "\t") },
	func(s string) string { return strings.ReplaceAll(s, "\n", "") },
	func(s string) string { return strings.ReplaceAll(s, "\n", "\n\n") },
	func(s string) string { return strings.ReplaceAll(s, "\n", "\n    ") },
	func(s string) string { return strings.ReplaceAll(s, "\n", `\n`) },
	func(s string) string { return strings.ReplaceAll(s, "\n", `\r\n`) },
	func(s string) string { return strings.ReplaceAll(s, `\`, `\\`) },
	func(s string) string { return strings.ReplaceAll(s, "\n", "%0A") },
	func(s string) string { return strings.ReplaceAll(s, "\n", "&#10;") },
	func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
	strings.TrimSpace,
	func(s string) string { return "\n  " + s },
	func(s string) string { return strings.ReplaceAll(s, "\n", "\\\n") }, // must be last; see FuzzForms
}

// wrapMangles encode a document, embed it in another document, or surround it with text.
var wrapMangles = []func([]byte) []byte{
	quoted,
	std,
	url,
	func(b []byte) []byte { return []byte(wrap(string(std(b)), 76)) },
	func(b []byte) []byte { return std(wide(b, binary.LittleEndian, true)) },
	func(b []byte) []byte { return std(wide(b, binary.BigEndian, false)) },
	func(b []byte) []byte { return in("value", string(b)) },
	func(b []byte) []byte { return in("data", map[string]any{"key.json": string(b), "n": 1}) },
	func(b []byte) []byte { return toJSON([]any{"a", string(b)}) },
	func(b []byte) []byte {
		if json.Valid(b) {
			return in("data", json.RawMessage(b))
		}
		return b
	},
	func(b []byte) []byte { return append([]byte("\ufeff"), b...) },
	func(b []byte) []byte { return append(slices.Clone(b), "\r\n"...) },
	func(b []byte) []byte { return append([]byte(" "), b...) },
	func(b []byte) []byte { return append([]byte("WARNING: x\n"), b...) },
	func(b []byte) []byte { return wide(b, binary.LittleEndian, true) },
	func(b []byte) []byte { return wide(b, binary.BigEndian, false) },
}

// damageMangles change a document at a given position.
var damageMangles = []func(b []byte, at int, c byte) []byte{
	func(b []byte, at int, _ byte) []byte { return b[:at] },
	func(b []byte, at int, _ byte) []byte { return b[at:] },
	func(b []byte, at int, c byte) []byte { b[at] = c; return b },
	func(b []byte, at int, c byte) []byte { b[at] ^= 1 << (c % 8); return b },
	func(b []byte, at int, c byte) []byte { return slices.Insert(b, at, c) },
	func(b []byte, at int, _ byte) []byte { return slices.Delete(b, at, at+1) },
	func(b []byte, at int, c byte) []byte { return slices.Insert(b, at, b[at:min(len(b), at+int(c))]...) },
	func(b []byte, at int, c byte) []byte { return slices.Delete(b, at, min(len(b), at+int(c))) },
}

// FuzzForms changes the line breaks in a valid key, wraps the key JSON, and damages the result.
// Parse must accept the result as the same key, or reject it with a fault that contains no part
// of the key. If the key JSON is undamaged and has at most two wrappings, which add at most four
// layers, the steps of the fault must lead to the key.
func FuzzForms(f *testing.F) {
	for i := range breakMangles {
		f.Add([]byte{byte(i)}, []byte{}, []byte{}, false)
		f.Add([]byte{byte(i), byte(i + 1)}, []byte{byte(i)}, []byte{}, true)
	}
	for i := range wrapMangles {
		f.Add([]byte{}, []byte{byte(i)}, []byte{}, true)
		for j := range wrapMangles {
			f.Add([]byte{}, []byte{byte(i), byte(j)}, []byte{}, false)
		}
	}
	for i := range damageMangles {
		f.Add([]byte{}, []byte{}, []byte{byte(i), 3, 200, 'A'}, false)
		f.Add([]byte{7}, []byte{1}, []byte{byte(i), 2, 50, 'z'}, true)
	}
	texts := map[bool]string{false: pkcs1(rsa2048()), true: pkcs8(rsa2048())}
	good := must(key.Parse(document(serviceAccount())))
	f.Fuzz(func(t *testing.T, breaks, wraps, damage []byte, isPKCS8 bool) {
		if len(breaks) > 4 || len(wraps) > 6 || len(damage) > 16 {
			return
		}
		text := texts[isPKCS8]
		for _, b := range breaks {
			text = breakMangles[int(b)%len(breakMangles)](text)
			if int(b)%len(breakMangles) == len(breakMangles)-1 {
				break // a later change could separate a backslash from its line break
			}
		}
		data := document(with(serviceAccount(), map[string]any{"key": text}))
		isDefinite := len(wraps) <= 2 // few enough layers for the search to remove
		for _, b := range wraps {
			// Text before base64 may look like part of the base64, and text cannot contain UTF-16.
			isDefinite = isDefinite && isText(data) && (!isWarning(b) || bytes.HasPrefix(data, []byte("{")))
			data = wrapMangles[int(b)%len(wrapMangles)](data)
		}
		isDamaged := len(damage) >= 4
		for ; len(damage) >= 4 && len(data) > 1; damage = damage[4:] {
			at := (int(damage[1])<<8 | int(damage[2])) % len(data)
			data = damageMangles[int(damage[0])%len(damageMangles)](slices.Clone(data), at, damage[3])
		}
		k, err := key.Parse(data)
		if err == nil {
			checkThumbprint(t, good, k)
			return
		}
		checkNoBody(t, err)
		code, steps := codeAndSteps(err)
		if code == "key-json-wrapped" {
			again, err := key.Parse(apply(t, data, steps))
			if err == nil {
				checkThumbprint(t, good, again)
			} else if !isDamaged {
				t.Errorf("after the steps %q: %v", steps, err)
			}
		} else if isDefinite && !isDamaged && len(data) <= key.MaxFileSize {
			t.Errorf("a key JSON in the wrappings %v is rejected: %s", wraps, err)
		}
	})
}

// isWarning reports whether a wrapping adds a warning before the document.
func isWarning(wrapping byte) bool { return int(wrapping)%len(wrapMangles) == 13 }

func checkThumbprint(t *testing.T, want, got *key.Key) {
	t.Helper()
	if must(want.Thumbprint()) != must(got.Thumbprint()) {
		t.Error("the parsed key differs from the original key")
	}
}

// checkNoBody fails the test if a fault contains 16 consecutive characters of the base64 of the
// key.
func checkNoBody(t *testing.T, err error) {
	t.Helper()
	shown := fmt.Sprint(err)
	for _, text := range []string{pkcs1(rsa2048()), pkcs8(rsa2048())} {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		body := strings.Join(lines[1:len(lines)-1], "")
		for i := 0; i+16 <= len(body); i++ {
			if strings.Contains(shown, body[i:i+16]) {
				t.Fatalf("the fault contains part of the key: %q", shown)
			}
		}
	}
}

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

// breakChanges change the line breaks in a PEM, or escape other characters as encoders do.
var breakChanges = []func(string) string{
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

// wrappings encode a document, embed it in another document, or surround it with text.
var wrappings = []func([]byte) []byte{
	quoted,
	std,
	url,
	func(b []byte) []byte { return []byte(wrap(string(std(b)), 76)) },
	func(b []byte) []byte { return std(toUTF16(b, binary.LittleEndian, true)) },
	func(b []byte) []byte { return std(toUTF16(b, binary.BigEndian, false)) },
	func(b []byte) []byte { return object("value", string(b)) },
	func(b []byte) []byte { return object("data", map[string]any{"key.json": string(b), "n": 1}) },
	func(b []byte) []byte { return toJSON([]any{"a", string(b)}) },
	func(b []byte) []byte {
		if json.Valid(b) {
			return object("data", json.RawMessage(b))
		}
		return b
	},
	func(b []byte) []byte { return append([]byte("\ufeff"), b...) },
	func(b []byte) []byte { return append(slices.Clone(b), "\r\n"...) },
	func(b []byte) []byte { return append([]byte(" "), b...) },
	func(b []byte) []byte { return append([]byte("WARNING: x\n"), b...) },
	func(b []byte) []byte { return toUTF16(b, binary.LittleEndian, true) },
	func(b []byte) []byte { return toUTF16(b, binary.BigEndian, false) },
}

// corruptions damage a document at a given position.
var corruptions = []func(b []byte, at int, c byte) []byte{
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
// of the key. If the key JSON is undamaged and has at most two wrappings, which Parse can remove,
// the steps of the fault must result in the key.
func FuzzForms(f *testing.F) {
	for i := range breakChanges {
		f.Add([]byte{byte(i)}, []byte{}, []byte{}, false)
		f.Add([]byte{byte(i), byte(i + 1)}, []byte{byte(i)}, []byte{}, true)
	}
	for i := range wrappings {
		f.Add([]byte{}, []byte{byte(i)}, []byte{}, true)
		for j := range wrappings {
			f.Add([]byte{}, []byte{byte(i), byte(j)}, []byte{}, false)
		}
	}
	for i := range corruptions {
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
			text = breakChanges[int(b)%len(breakChanges)](text)
			if int(b)%len(breakChanges) == len(breakChanges)-1 {
				break // a later change could separate a backslash from its line break
			}
		}
		data := document(with(serviceAccount(), map[string]any{"key": text}))
		isDefinite := len(wraps) <= 2 // Parse can remove the layers of two wrappings
		for _, b := range wraps {
			// A warning before base64 can look like part of the base64, and text cannot contain UTF-16.
			isDefinite = isDefinite && isText(data) && (!isWarning(b) || bytes.HasPrefix(data, []byte("{")))
			data = wrappings[int(b)%len(wrappings)](data)
		}
		isDamaged := len(damage) >= 4
		for ; len(damage) >= 4 && len(data) > 1; damage = damage[4:] {
			at := (int(damage[1])<<8 | int(damage[2])) % len(data)
			data = corruptions[int(damage[0])%len(corruptions)](slices.Clone(data), at, damage[3])
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
				t.Errorf("after the steps %q: got %v, want the key", steps, err)
			}
		} else if isDefinite && !isDamaged && len(data) <= key.MaxFileSize {
			t.Errorf("got %s for the wrappings %v, want the key or steps that result in it", err, wraps)
		}
	})
}

// isWarning reports whether the wrapping with the given number puts a warning before the document.
func isWarning(wrapping byte) bool { return int(wrapping)%len(wrappings) == 13 }

func checkThumbprint(t *testing.T, want, got *key.Key) {
	t.Helper()
	if must(want.Thumbprint()) != must(got.Thumbprint()) {
		t.Error("the parsed key differs from the original key")
	}
}

// checkNoBody checks that err does not contain 16 consecutive characters from the base64 of the key.
func checkNoBody(t *testing.T, err error) {
	t.Helper()
	shown := fmt.Sprint(err)
	for _, text := range []string{pkcs1(rsa2048()), pkcs8(rsa2048())} {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		body := strings.Join(lines[1:len(lines)-1], "")
		for i := 0; i+16 <= len(body); i++ {
			if strings.Contains(shown, body[i:i+16]) {
				t.Fatalf("the error contains part of the key: %q", shown)
			}
		}
	}
}

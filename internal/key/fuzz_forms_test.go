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

// breakMangles are changes of the line breaks in a PEM.
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
	func(s string) string { return strings.ReplaceAll(s, "\n", "\\\n") }, // the last one
}

// wrapMangles are encodings of a document.
var wrapMangles = []func([]byte) []byte{
	quoted,
	std,
	url,
	func(b []byte) []byte { return []byte(wrap(string(std(b)), 76)) },
	func(b []byte) []byte { return std(wide(b, binary.LittleEndian, true)) },
	func(b []byte) []byte { return std(wide(b, binary.BigEndian, false)) },
	func(b []byte) []byte { return in("value", string(b)) },
	func(b []byte) []byte { return in("data", map[string]any{"key.json": string(b), "n": 1}) },
	func(b []byte) []byte { return document2([]any{"a", string(b)}) },
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

// damageMangles change a document at a position.
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

// FuzzForms mangles a good key: it wraps it, and damages its line breaks and its text.
// The result is accepted as the very same key, or refused without a part of the key in
// the fault. What is only wrapped, in at most four layers, is found by the steps of the
// fault.
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
				break // without the line break, its backslash may be mistaken for that of another one
			}
		}
		data := document(with(serviceAccount(), map[string]any{"key": text}))
		isDefinite := len(wraps) <= 2 // no more layers than the search removes
		for _, b := range wraps {
			// Text before base64 may be a part of it, and text cannot contain UTF-16.
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
			t.Errorf("a key JSON in the layers %v has the fault %s", wraps, err)
		}
	})
}

// isWarning reports whether a wrapping adds text before the document.
func isWarning(wrapping byte) bool { return int(wrapping)%len(wrapMangles) == 13 }

func checkThumbprint(t *testing.T, want, got *key.Key) {
	t.Helper()
	if must(want.Thumbprint()) != must(got.Thumbprint()) {
		t.Error("the key is a different one")
	}
}

// checkNoBody fails the test if a fault contains 16 characters of the base64 of the key.
func checkNoBody(t *testing.T, err error) {
	t.Helper()
	shown := fmt.Sprint(err)
	for _, text := range []string{pkcs1(rsa2048()), pkcs8(rsa2048())} {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		body := strings.Join(lines[1:len(lines)-1], "")
		for i := 0; i+16 <= len(body); i++ {
			if strings.Contains(shown, body[i:i+16]) {
				t.Fatalf("the fault contains a part of the key: %q", shown)
			}
		}
	}
}

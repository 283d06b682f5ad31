package key_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
)

// documentForms returns the files in testdata/forms in which the key JSON has unusual whitespace, a
// byte order mark or an optional member, all of which Parse accepts. good is the key JSON.
func documentForms(account map[string]any, good []byte) []form {
	var pretty bytes.Buffer
	_ = json.Indent(&pretty, good, "", "  ")
	crlf := bytes.ReplaceAll(pretty.Bytes(), []byte("\n"), []byte("\r\n"))
	return []form{
		{name: "document-pretty.json", data: pretty.Bytes()},
		{name: "document-pretty-crlf.json", data: crlf},
		{name: "document-pretty-cr.json", data: bytes.ReplaceAll(pretty.Bytes(), []byte("\n"), []byte("\r"))},
		{name: "document-newline-at-end.json", data: append(slices.Clone(good), '\n')},
		{name: "document-blanks-around.json", data: append([]byte("\r\n\t "), append(slices.Clone(good), " \r\n\r\n"...)...)},
		{name: "document-mark.json", data: append([]byte("\ufeff"), good...)},
		{name: "document-mark-and-blanks.json", data: append([]byte("\ufeff\r\n"), append(slices.Clone(good), "\r\n"...)...)},
		{name: "document-blanks-before-mark.json", data: append([]byte("\n\ufeff "), good...)},
		{name: "document-mark-pretty-raw.json", data: append([]byte("\ufeff"), raw(account, pkcs1(rsa2048()))...)},
		{name: "document-one-line-of-spaces.json", data: bytes.ReplaceAll(pretty.Bytes(), []byte("\n"), []byte(" "))},
		{name: "document-raw-continuation.json", data: raw(account, strings.ReplaceAll(pkcs1(rsa2048()), "\n", "\\\n"))},
		{
			name: "document-with-expiration.json",
			data: document(with(account, map[string]any{"expirationDate": "2199-12-31T23:59:59Z"})),
		},
		{
			name: "document-escaped-twice-raw.json",
			data: raw(account, strings.ReplaceAll(pkcs1(rsa2048()), "\n", `\\n`)),
		},
	}
}

// layerForms returns the files in testdata/forms in which the key JSON good is encoded, quoted or
// surrounded by text, once or several times.
func layerForms(good []byte) []form {
	little, big := binary.LittleEndian, binary.BigEndian
	// padded is good with trailing spaces, so that its base64 requires padding.
	padded := good
	for len(padded)%3 == 0 {
		padded = append(slices.Clone(padded), ' ')
	}
	// odd is good with an additional member whose base64 differs between the two alphabets.
	odd := append(slices.Clone(padded[:len(padded)-1]), []byte(`,"note":"???>>>~~~ÿÿÿ"}`)...)
	odd = bytes.Replace(odd, []byte("},"), []byte(","), 1)
	if !json.Valid(odd) {
		odd = append(slices.Clone(good[:len(good)-1]), []byte(`,"note":"???>>>~~~ÿÿÿ"}`)...)
	}
	mail := append([]byte(wrap(string(std(good)), 76)), '\n')
	crlf := bytes.ReplaceAll(mail, []byte("\n"), []byte("\r\n"))
	inner := strings.ReplaceAll(string(quoted(good)[1:len(quoted(good))-1]), "\n", "")
	tests := []form{
		{name: "json-string", data: quoted(good), steps: "json"},
		{name: "json-string-newline", data: append(quoted(good), '\n'), steps: "json"},
		{name: "json-string-twice", data: quoted(quoted(good)), steps: "json json"},
		{name: "json-string-three-times", data: quoted(quoted(quoted(good))), steps: "json json json"},
		{name: "json-string-mark", data: append([]byte("\ufeff"), quoted(good)...), steps: "bom json"},
		{name: "json-string-without-quotes", data: []byte(inner), steps: "quote json"},
		{name: "json-string-without-quotes-newline", data: []byte(inner + "\n"), steps: "trim-space quote json"},
		{name: "base64", data: std(good), steps: "base64"},
		{name: "base64-newline", data: append(std(good), '\n'), steps: "base64"},
		{name: "base64-space", data: append(std(good), ' '), steps: "trim-space base64"},
		{name: "base64-lines", data: mail, steps: "base64"},
		{name: "base64-lines-crlf", data: crlf, steps: "base64"},
		{name: "base64-spaces", data: bytes.ReplaceAll(mail, []byte("\n"), []byte(" ")), steps: "compact base64"},
		{name: "base64-indented", data: bytes.ReplaceAll(mail, []byte("\n"), []byte("\n  ")), steps: "compact base64"},
		{name: "base64-without-padding", data: bytes.TrimRight(std(padded), "="), steps: "pad: base64"},
		{name: "base64-of-pretty", data: std(append(slices.Clone(good), '\n')), steps: "base64"},
		{name: "base64url", data: []byte(base64.URLEncoding.EncodeToString(odd)), steps: "standard base64"},
		{
			name:  "base64url-without-padding",
			data:  url(append(slices.Clone(odd), padTo(odd)...)),
			steps: "standard pad: base64",
		},
		{name: "base64-mark", data: append([]byte("\ufeff"), std(good)...), steps: "bom base64"},
		{name: "base64-of-mark", data: std(append([]byte("\ufeff"), good...)), steps: "base64"},
		{name: "base64-twice", data: std(std(good)), steps: "base64 base64"},
		{name: "base64-three-times", data: std(std(std(good))), steps: "base64 base64 base64"},
		{name: "base64-lines-twice", data: std(append(std(good), '\n')), steps: "base64 base64"},
		{name: "json-string-of-base64", data: quoted(std(good)), steps: "json base64"},
		{name: "base64-of-json-string", data: std(quoted(good)), steps: "base64 json"},
		{name: "base64-of-mark-json-string", data: std(append([]byte("\ufeff"), quoted(good)...)), steps: "base64 bom json"},
		{name: "utf16le", data: toUTF16(good, little, false), steps: "utf-16le"},
		{name: "utf16le-mark", data: toUTF16(good, little, true), steps: "utf-16le"},
		{name: "utf16le-mark-crlf", data: toUTF16(append(slices.Clone(good), "\r\n"...), little, true), steps: "utf-16le"},
		{name: "utf16be", data: toUTF16(good, big, false), steps: "utf-16be"},
		{name: "utf16be-mark", data: toUTF16(good, big, true), steps: "utf-16be"},
		{name: "utf16le-base64", data: std(toUTF16(good, little, false)), steps: "base64 utf-16le"},
		{name: "utf16le-mark-base64", data: std(toUTF16(good, little, true)), steps: "base64 utf-16le"},
		{name: "utf16be-base64", data: std(toUTF16(good, big, false)), steps: "base64 utf-16be"},
		{name: "base64-in-utf16le", data: toUTF16(std(good), little, true), steps: "utf-16le bom base64"},
		{name: "json-string-in-utf16le", data: toUTF16(quoted(good), little, true), steps: "utf-16le bom json"},
		{
			name:  "json-string-of-utf16le-base64",
			data:  quoted(std(toUTF16(good, little, true))),
			steps: "json base64 utf-16le",
		},
		{name: "single-quotes", data: []byte("'" + string(good) + "'"), steps: "trim:'"},
		{name: "single-quotes-newline", data: []byte("'" + string(good) + "'\n"), steps: "trim-space trim:'"},
		{name: "double-quotes", data: []byte(`"` + string(good) + `"`), steps: `trim:"`},
		{name: "backticks", data: []byte("`" + string(good) + "`"), steps: "trim:`"},
		{name: "csv", data: []byte(`"` + strings.ReplaceAll(string(good), `"`, `""`) + `"`), steps: `trim:" undouble`},
		{
			name:  "csv-newline",
			data:  []byte(`"` + strings.ReplaceAll(string(good), `"`, `""`) + "\"\n"),
			steps: `trim-space trim:" undouble`,
		},
		{name: "markdown", data: []byte("```json\n" + string(good) + "\n```\n"), steps: "part"},
		{name: "warning-before", data: []byte("WARNING: a new version is available\n" + string(good)), steps: "part"},
		{name: "text-behind", data: []byte(string(good) + "\nroot@ci:~#"), steps: "part"},
		{
			name:  "assignment",
			data:  []byte("ZITADEL_KEY_JSON='" + string(good) + "'\n"),
			steps: "trim-space prefix:ZITADEL_KEY_JSON= trim:'",
		},
		{name: "env-file", data: []byte("A=b\nKEY=" + string(good) + "\nC=d\n"), steps: "part"},
		{name: "env-file-quoted", data: []byte("A=b\nKEY='" + string(good) + "'\n"), steps: "part"},
		{name: "assignment-base64", data: append([]byte("KEY="), std(good)...), steps: "prefix:KEY= base64"},
		{name: "assignment-lower-case", data: []byte("key = '" + string(good) + "'\n"), steps: "part"},
		{name: "heredoc", data: []byte("<<EOT\n" + string(good) + "\nEOT\n"), steps: "part"},
		{name: "zero-byte", data: append(slices.Clone(good), 0), steps: "part"},
		{
			name:  "data-url",
			data:  append([]byte("data:application/json;base64,"), std(good)...),
			steps: "prefix:data:application/json;base64, base64",
		},
		{name: "base64-prefix", data: append([]byte("base64:"), std(good)...), steps: "prefix:base64: base64"},
		{name: "base64-in-quotes", data: []byte("'" + string(std(good)) + "'"), steps: "trim:' base64"},
		{name: "semicolon", data: []byte(string(good) + ";"), steps: "part"},
	}
	for i := range tests {
		tests[i].name, tests[i].code = "layer-"+tests[i].name+".txt", "key-json-wrapped"
	}
	return tests
}

// std returns data in base64 with padding.
func std(data []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(data)) }

// url returns data in base64url without padding.
func url(data []byte) []byte { return []byte(base64.RawURLEncoding.EncodeToString(data)) }

// quoted returns data as a JSON string.
func quoted(data []byte) []byte { return must(json.Marshal(string(data))) }

// toUTF16 returns data in UTF-16, preceded by a byte order mark if isMarked is set.
func toUTF16(data []byte, order binary.AppendByteOrder, isMarked bool) []byte {
	text := string(data)
	if isMarked {
		text = "\ufeff" + text
	}
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = order.AppendUint16(encoded, unit)
	}
	return encoded
}

// padTo returns the spaces to append to data so that its base64 requires padding.
func padTo(data []byte) []byte {
	if len(data)%3 == 0 {
		return []byte(" ")
	}
	return nil
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

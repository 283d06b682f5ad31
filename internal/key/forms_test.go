package key_test

import (
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	neturl "net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

var update = flag.Bool("update", false, "regenerate testdata/forms with new keys")

const formsFolder = "testdata/forms"

// formsIndex is the content of testdata/forms/index.json. See the README in that folder.
type formsIndex struct {
	Keys  map[string]formKey `json:"keys"`
	Forms []formEntry        `json:"forms"`
}

// formKey describes a key that forms contain.
type formKey struct {
	File       string `json:"file"`
	Type       string `json:"type"`
	KeyID      string `json:"keyId"`
	Subject    string `json:"subject"`
	Thumbprint string `json:"thumbprint"`
}

// formEntry describes a form and its expected outcome.
type formEntry struct {
	File  string   `json:"file"`
	Key   string   `json:"key,omitempty"`   // key in the form, by its name in formsIndex.Keys
	Code  string   `json:"code,omitempty"`  // code of the fault; empty if the form is accepted
	Steps []string `json:"steps,omitempty"` // steps of the fault
	Text  bool     `json:"text"`            // whether a variable can contain the form
}

// form describes a form to generate.
type form struct {
	name string
	data []byte
	code string // empty if the form is accepted
	// steps are the steps of the fault, separated by spaces. The "=" characters after "pad:"
	// are omitted, because their number depends on the key.
	steps string
	key   string // "account" if empty
}

// generate returns all forms, which contain newly generated keys.
func generate() []form {
	account := with(serviceAccount(), map[string]any{"keyId": "312345678901234567", "userId": "298765432109876543"})
	app := with(application(), map[string]any{
		"keyId": "322222222222222222", "clientId": "333333333333333333@tests", "appId": "344444444444444444",
		"key": pkcs1(secondRSA()),
	})
	good, goodApp := document(account), document(app)
	forms := []form{
		{name: "account.json", data: good},
		{name: "application.json", data: goodApp, key: "application"},
		{
			name: "account-without-id.json", key: "account-without-id",
			data: document(with(account, map[string]any{"keyId": nil})),
		},
	}
	for name, text := range map[string]string{"pkcs1": pkcs1(rsa2048()), "pkcs8": pkcs8(rsa2048())} {
		forms = append(forms, breakForms(name, account, text)...)
	}
	forms = append(forms, documentForms(account, good)...)
	forms = append(forms, layerForms(good)...)
	forms = append(forms, memberForms(account, good, goodApp)...)
	forms = append(forms, otherForms(account, good)...)
	slices.SortFunc(forms, func(a, b form) int { return strings.Compare(a.name, b.name) })
	return forms
}

// breakForms returns forms that differ in the line breaks of the member "key", and forms in which
// that member is damaged.
func breakForms(prefix string, account map[string]any, text string) (forms []form) {
	replaced := func(by string) string { return strings.ReplaceAll(text, "\n", by) }
	lines := strings.Split(strings.TrimSpace(text), "\n")
	body := strings.Join(lines[1:len(lines)-1], "")
	frame := func(begin, body, end string) string { return begin + body + end }
	variants := map[string]string{
		"lf":                      text,
		"crlf":                    replaced("\r\n"),
		"cr":                      replaced("\r"),
		"escaped-once":            replaced(`\n`),
		"escaped-twice":           replaced(`\\n`),
		"escaped-three-times":     replaced(`\\\\\\\n`),
		"escaped-crlf":            replaced(`\r\n`),
		"escaped-crlf-twice":      replaced(`\\r\\n`),
		"escaped-unicode":         replaced(`\u000a`),
		"escaped-hexadecimal":     replaced(`\x0a`),
		"escaped-octal":           replaced(`\012`),
		"escaped-and-real":        replaced(`\n` + "\n"),
		"escaped-slash":           strings.ReplaceAll(replaced(`\n`), "/", `\/`),
		"escaped-plus":            strings.ReplaceAll(replaced(`\n`), "+", `\u002B`),
		"percent":                 replaced("%0A"),
		"percent-twice":           replaced("%250A"),
		"percent-crlf":            replaced("%0D%0A"),
		"html-entity":             replaced("&#10;"),
		"html-hexadecimal-entity": replaced("&#xA;"),
		"html-br":                 replaced("<br>"),
		"powershell":              replaced("`r`n"),
		"continuation":            replaced("\\\n"),
		"spaces":                  replaced(" "),
		"tabs":                    replaced("\t"),
		"nothing":                 replaced(""),
		"all-blanks-removed":      strings.ReplaceAll(replaced(""), " ", ""),
		"indented":                "    " + replaced("\n    "),
		"indented-by-tabs":        "\t" + replaced("\n\t"),
		"trailing-spaces":         replaced("  \n"),
		"doubled":                 replaced("\n\n"),
		"doubled-crlf":            replaced("\r\n\r\n"),
		"missing-at-the-end":      strings.TrimSpace(text),
		"many-at-the-end":         text + "\n\n\n",
		"body-in-one-line":        frame(lines[0]+"\n", body, "\n"+lines[len(lines)-1]),
		"only-body-joined":        frame(lines[0], strings.Join(lines[1:len(lines)-1], "\n"), lines[len(lines)-1]),
		"other-line-length":       frame(lines[0]+"\n", wrap(body, 76), "\n"+lines[len(lines)-1]),
		"header-wrapped":          wrap(replaced(""), 20),
		"vertical-tab":            replaced("\v"),
		"line-separator":          replaced("\u2028"),
		"no-break-space":          replaced("\u00a0"),
	}
	for name, changed := range variants {
		forms = append(forms, form{
			name: "break-" + prefix + "-" + name + ".json", data: document(with(account, map[string]any{"key": changed})),
		})
	}
	for name, changed := range map[string]string{
		"lf": text, "crlf": replaced("\r\n"), "cr": replaced("\r"), "tabs": replaced("\n\t"),
	} {
		forms = append(forms, form{name: "break-" + prefix + "-raw-" + name + ".json", data: raw(account, changed)})
	}
	for name, test := range map[string][2]string{
		"cut-in-body":     {text[:len(text)/2], "key-not-pem"},
		"last-line-lost":  {strings.Join(lines[:len(lines)-1], "\n"), "key-not-pem"},
		"first-line-lost": {strings.Join(lines[1:], "\n"), "key-not-pem"},
		"line-lost":       {strings.Join(slices.Delete(slices.Clone(lines), 3, 4), "\n"), "key-damaged"},
		"character-lost":  {strings.Replace(replaced(" "), body[100:104], body[100:103], 1), "key-damaged"},
		"backslash-lost":  {replaced("n"), "key-damaged"},
		"plus-as-space":   {strings.ReplaceAll(text, "+", " "), "key-damaged"},
		"url-alphabet":    {strings.NewReplacer("+", "-", "/", "_").Replace(replaced(" ")), ""},
		"second-key":      {text + text, "key-pem-trailing"},
	} {
		code := test[1]
		if name == "url-alphabet" { // dashes in the body may be mistaken for those of the BEGIN and END lines
			code = "key-damaged"
			test[0] = lines[0] + strings.NewReplacer("+", "-", "/", "_").Replace(body) + lines[len(lines)-1]
		}
		forms = append(forms, form{
			name: "damaged-" + prefix + "-" + name + ".json", code: code,
			data: document(with(account, map[string]any{"key": test[0]})),
		})
	}
	return forms
}

// wrap splits text into lines of the given length.
func wrap(text string, length int) string {
	var lines []string
	for len(text) > length {
		lines, text = append(lines, text[:length]), text[length:]
	}
	return strings.Join(append(lines, text), "\n")
}

// raw returns a key JSON that contains pemText without escape sequences. The result is not valid
// JSON if pemText contains line breaks.
func raw(members map[string]any, pemText string) []byte {
	data := document(with(members, map[string]any{"key": "PEM"}))
	return bytes.Replace(data, []byte(`"PEM"`), []byte(`"`+pemText+`"`), 1)
}

// documentForms returns forms of a whole key JSON that Parse accepts.
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

// std returns data in base64 with padding.
func std(data []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(data)) }

// url returns data in base64url without padding.
func url(data []byte) []byte { return []byte(base64.RawURLEncoding.EncodeToString(data)) }

// quoted returns data as a JSON string.
func quoted(data []byte) []byte { return must(json.Marshal(string(data))) }

// wide returns data in UTF-16, preceded by a byte order mark if marked is set.
func wide(data []byte, order binary.AppendByteOrder, marked bool) []byte {
	text := string(data)
	if marked {
		text = "\ufeff" + text
	}
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = order.AppendUint16(encoded, unit)
	}
	return encoded
}

// in returns a JSON object whose only member has the name and the value.
func in(name string, value any) []byte { return document(map[string]any{name: value}) }

// layerForms returns forms of a key JSON in one or more encodings.
func layerForms(good []byte) []form {
	little, big := binary.LittleEndian, binary.BigEndian
	// Append spaces until the base64 of padded requires padding.
	padded := good
	for len(padded)%3 == 0 {
		padded = append(slices.Clone(padded), ' ')
	}
	// The base64 of odd differs between the two alphabets.
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
		{name: "utf16le", data: wide(good, little, false), steps: "utf-16le"},
		{name: "utf16le-mark", data: wide(good, little, true), steps: "utf-16le"},
		{name: "utf16le-mark-crlf", data: wide(append(slices.Clone(good), "\r\n"...), little, true), steps: "utf-16le"},
		{name: "utf16be", data: wide(good, big, false), steps: "utf-16be"},
		{name: "utf16be-mark", data: wide(good, big, true), steps: "utf-16be"},
		{name: "utf16le-base64", data: std(wide(good, little, false)), steps: "base64 utf-16le"},
		{name: "utf16le-mark-base64", data: std(wide(good, little, true)), steps: "base64 utf-16le"},
		{name: "utf16be-base64", data: std(wide(good, big, false)), steps: "base64 utf-16be"},
		{name: "base64-in-utf16le", data: wide(std(good), little, true), steps: "utf-16le bom base64"},
		{name: "json-string-in-utf16le", data: wide(quoted(good), little, true), steps: "utf-16le bom json"},
		{name: "json-string-of-utf16le-base64", data: quoted(std(wide(good, little, true))), steps: "json base64 utf-16le"},
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

// padTo returns the text to append to data so that the base64 of the result requires padding.
func padTo(data []byte) []byte {
	if len(data)%3 == 0 {
		return []byte(" ")
	}
	return nil
}

// memberForms returns forms of a key JSON inside a larger document.
func memberForms(account map[string]any, good, goodApp []byte) []form {
	text, encoded := string(good), string(std(good))
	secretV1 := map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": map[string]any{"name": "zitadel"},
		"data": map[string]any{"key.json": encoded, "issuer": string(std([]byte("https://z.example")))},
	}
	applied := string(document(secretV1))
	output := func(value, kind any) map[string]any {
		return map[string]any{"sensitive": true, "type": kind, "value": value}
	}
	attributes := map[string]any{}
	for name := range account {
		attributes[name] = "string"
	}
	vault := func(data any) []byte {
		return document(map[string]any{
			"request_id": "0d3b1c3a", "lease_id": "", "lease_duration": 2764800, "renewable": false,
			"data": data, "warnings": nil, "mount_type": "kv",
		})
	}
	metadata := map[string]any{"created_time": "2030-01-31T00:00:00Z", "version": 3}
	tests := []form{
		{name: "output-all", data: in("zitadel_key", output(text, "string")), steps: "json member:zitadel_key member:value"},
		{
			name: "output-all-others",
			data: document(
				map[string]any{"a": output("https://z.example", "string"), "key": output(text, "string"), "n": output(3, "number")},
			),
			steps: "json member:key member:value",
		},
		{
			name:  "output-all-object",
			data:  in("zitadel-key", output(account, []any{"object", attributes})),
			steps: "json member:zitadel-key member:value encode",
		},
		{name: "vault-kv1-text", data: vault(map[string]any{"key_json": text}), steps: "json member:data member:key_json"},
		{name: "vault-kv1-object", data: vault(account), steps: "json member:data encode"},
		{
			name:  "vault-kv2-text",
			data:  vault(map[string]any{"data": map[string]any{"key_json": text}, "metadata": metadata}),
			steps: "json member:data member:data member:key_json",
		},
		{
			name:  "vault-kv2-object",
			data:  vault(map[string]any{"data": account, "metadata": metadata}),
			steps: "json member:data member:data encode",
		},
		{
			name:  "vault-kv2-base64",
			data:  vault(map[string]any{"data": map[string]any{"key": encoded}, "metadata": metadata}),
			steps: "json member:data member:data member:key base64",
		},
		{
			name:  "vault-data-only",
			data:  document(map[string]any{"data": account, "metadata": metadata}),
			steps: "json member:data encode",
		},
		{
			name: "aws-secret-string",
			data: document(map[string]any{
				"ARN": "arn:aws:secretsmanager:eu-central-1:1:secret:z", "Name": "z", "VersionId": "1", "SecretString": text,
				"VersionStages": []string{"AWSCURRENT"}, "CreatedDate": 1.7e9,
			}),
			steps: "json member:SecretString",
		},
		{
			name: "aws-secret-string-member", data: in("SecretString", string(in("zitadel", text))),
			steps: "json member:SecretString json member:zitadel",
		},
		{
			name: "aws-secret-string-object", data: in("SecretString", string(document(map[string]any{"zitadel": account}))),
			steps: "json member:SecretString json member:zitadel encode",
		},
		{name: "aws-secret-binary", data: in("SecretBinary", encoded), steps: "json member:SecretBinary base64"},
		{
			name: "aws-parameter", data: in("Parameter", map[string]any{"Name": "/z", "Type": "SecureString", "Value": text}),
			steps: "json member:Parameter member:Value",
		},
		{
			name: "gcp-payload",
			data: document(map[string]any{
				"name":    "projects/1/secrets/z/versions/1",
				"payload": map[string]any{"data": encoded, "dataCrc32c": "1"},
			}),
			steps: "json member:payload member:data base64",
		},
		{
			name:  "gcp-payload-url-alphabet",
			data:  in("payload", map[string]any{"data": string(url(append(slices.Clone(good), padTo(good)...)))}),
			steps: "json member:payload member:data pad: base64",
		},
		{
			name: "azure-key-vault",
			data: document(map[string]any{
				"id": "https://v.vault.azure.net/secrets/z/1", "value": text, "contentType": "application/json",
				"attributes": map[string]any{"enabled": true},
			}),
			steps: "json member:value",
		},
		{
			name: "onepassword-item",
			data: document(map[string]any{"id": "a", "title": "ZITADEL", "fields": []any{
				map[string]any{"id": "username", "type": "STRING", "label": "username"},
				map[string]any{"id": "notesPlain", "type": "STRING", "value": text},
			}}),
			steps: "json member:fields element:1 member:value",
		},
		{
			name: "onepassword-field", data: document(map[string]any{"id": "credential", "type": "CONCEALED", "value": text}),
			steps: "json member:value",
		},
		{
			name: "onepassword-fields", data: toJSON([]any{
				map[string]any{"id": "username", "value": "ci"}, map[string]any{"id": "password", "value": encoded},
			}),
			steps: "json element:1 member:value base64",
		},
		{name: "kubernetes-secret", data: document(secretV1), steps: "json member:data member:key.json base64"},
		{
			name: "kubernetes-secret-applied",
			data: document(with(secretV1, map[string]any{"metadata": map[string]any{"annotations": map[string]any{
				"kubectl.kubernetes.io/last-applied-configuration": applied,
			}}})),
			steps: "json member:data member:key.json base64",
		},
		{
			name:  "kubernetes-secret-string-data",
			data:  document(with(secretV1, map[string]any{"data": nil, "stringData": map[string]any{"key.json": text}})),
			steps: "json member:stringData member:key.json",
		},
		{
			name: "kubernetes-secret-list", data: document(map[string]any{"kind": "List", "items": []any{secretV1}}),
			steps: "json member:items element:0 member:data member:key.json base64",
		},
		{
			name:  "kubernetes-secret-base64-twice",
			data:  document(with(secretV1, map[string]any{"data": map[string]any{"key.json": string(std(std(good)))}})),
			steps: "json member:data member:key.json base64 base64",
		},
		{
			name:  "bitwarden",
			data:  document(map[string]any{"object": "item", "notes": text, "login": nil}),
			steps: "json member:notes",
		},
		{
			name:  "doppler",
			data:  in("ZITADEL_KEY_JSON", map[string]any{"computed": text, "note": ""}),
			steps: "json member:ZITADEL_KEY_JSON member:computed",
		},
		{
			name:  "github-variable",
			data:  document(map[string]any{"name": "KEY", "value": encoded}),
			steps: "json member:value base64",
		},
		{
			name:  "machine-key-resource",
			data:  document(map[string]any{"id": "1", "key_details": text, "key_type": "KEY_TYPE_JSON", "user_id": "2"}),
			steps: "json member:key_details",
		},
		{
			name: "state",
			data: document(map[string]any{"version": 4, "resources": []any{map[string]any{
				"mode": "managed", "instances": []any{map[string]any{"attributes": map[string]any{"key_details": text}}},
			}}}),
			steps: "json member:resources element:0 member:instances element:0 member:attributes member:key_details",
		},
		{
			name: "zitadel-api-v1",
			data: document(map[string]any{
				"keyId": account["keyId"], "keyDetails": encoded, "details": map[string]any{"sequence": "1", "resourceOwner": "3"},
			}),
			steps: "json member:keyDetails base64",
		},
		{
			name: "zitadel-api-v1-application",
			data: document(
				map[string]any{"id": "1", "keyDetails": string(std(goodApp))},
			), steps: "json member:keyDetails base64",
			key: "application",
		},
		{
			name: "zitadel-api-v2",
			data: document(map[string]any{
				"keyId": account["keyId"], "keyContent": encoded, "creationDate": "2030-01-31T00:00:00Z",
			}),
			steps: "json member:keyContent base64",
		},
		{
			name: "zitadel-api-v2-text", data: document(map[string]any{"keyId": account["keyId"], "keyContent": text}),
			steps: "json member:keyContent",
		},
		{name: "array", data: toJSON([]any{account}), steps: "json element:0 encode"},
		{name: "array-of-texts", data: toJSON([]any{text}), steps: "json element:0"},
		{name: "object", data: in("key", account), steps: "json member:key encode"},
		{name: "object-text", data: in("key", text), steps: "json member:key"},
		{name: "object-application", data: in("app", string(goodApp)), steps: "json member:app", key: "application"},
		{name: "name-with-dash", data: in("zitadel-key", text), steps: "json member:zitadel-key"},
		{name: "name-with-interpolation", data: in("${a}%{b}\"\\", text), steps: `json member:${a}%{b}"\`},
		{name: "object-base64", data: in("blob", encoded), steps: "json member:blob base64"},
		{name: "object-in-base64", data: std(in("blob", text)), steps: "base64 json member:blob"},
		{name: "object-in-json-string", data: quoted(in("blob", account)), steps: "json json member:blob encode"},
		{
			name:  "object-utf16",
			data:  in("blob", string(std(wide(good, binary.LittleEndian, true)))),
			steps: "json member:blob base64 utf-16le",
		},
		{
			name:  "object-in-utf16",
			data:  wide(in("blob", text), binary.LittleEndian, true),
			steps: "utf-16le bom json member:blob",
		},
		{name: "object-mark", data: append([]byte("\ufeff"), in("blob", text)...), steps: "bom json member:blob"},
		{
			name: "object-blanks-before-mark", data: append([]byte("\n\ufeff"), in("blob", text)...),
			steps: "trim-space bom json member:blob",
		},
		{
			name:  "object-raw-breaks",
			data:  bytes.Replace(in("blob", "KEY"), []byte(`"KEY"`), raw(account, pkcs1(rsa2048())), 1),
			steps: "join json member:blob encode",
		},
		{
			name: "yaml", steps: "yaml encode",
			data: []byte(
				"type: serviceaccount\nkeyId: \"" + account["keyId"].(string) + "\"\nuserId: '" + account["userId"].(string) +
					"'\nkey: |\n  " + strings.ReplaceAll(strings.TrimSpace(pkcs1(rsa2048())), "\n", "\n  ") + "\n",
			),
		},
		{
			name: "yaml-secret", steps: "yaml member:data member:key.json base64",
			data: []byte(
				"# zitadel\napiVersion: v1\nkind: Secret\nmetadata:\n  name: zitadel\ndata:\n  key.json: " + encoded + "\n",
			),
		},
		{
			name: "yaml-string-data", steps: "yaml member:stringData member:key.json",
			data: []byte("apiVersion: v1\nkind: Secret\nstringData:\n  key.json: |\n    " + text + "\ntype: Opaque\n"),
		},
	}
	for i := range tests {
		tests[i].name, tests[i].code = "member-"+tests[i].name+".txt", "key-json-wrapped"
	}
	return append(tests,
		form{
			name: "several-outputs.txt", code: "key-json-several", steps: "json member:api member:value",
			data: document(map[string]any{"api": output(string(goodApp), "string"), "ci": output(text, "string")}),
		},
		form{
			name: "several-in-array.txt", code: "key-json-several", steps: "json element:0 encode",
			data: []byte("[" + text + "," + string(goodApp) + "]"),
		},
		form{
			name: "key-in-base64.json", code: "key-member-encoded", steps: "json member:key base64",
			data: document(with(account, map[string]any{"key": string(std([]byte(account["key"].(string))))})),
		},
		form{
			name: "key-as-json-string.json", code: "key-member-encoded", steps: "json member:key json",
			data: document(with(account, map[string]any{"key": string(quoted([]byte(account["key"].(string))))})),
		},
		form{
			name: "without-key.json", code: "key-json-without-key",
			data: document(with(account, map[string]any{"key": nil})),
		},
		form{
			name: "without-key-empty.json", code: "key-json-without-key",
			data: document(with(account, map[string]any{"key": ""})),
		},
		form{
			name: "without-key-application.json", code: "key-json-without-key", key: "application",
			data: document(with(mustMembers(goodApp), map[string]any{"key": nil})),
		},
		form{
			name: "without-key-zitadel-api-v1.json", code: "key-json-without-key", steps: "json member:keyDetails base64",
			data: document(
				map[string]any{"keyId": "1", "keyDetails": string(std(document(with(account, map[string]any{"key": nil}))))},
			),
		},
		form{
			name: "without-key-vault.json", code: "key-json-without-key", steps: "json member:data encode",
			data: document(map[string]any{"data": with(account, map[string]any{"key": nil})}),
		},
	)
}

func zipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func toJSON(value any) []byte { return must(json.Marshal(value)) }

func mustMembers(data []byte) (members map[string]any) {
	if err := json.Unmarshal(data, &members); err != nil {
		panic(err)
	}
	return members
}

// otherForms returns forms from which no steps extract a key JSON.
func otherForms(account map[string]any, good []byte) []form {
	jwtHeader := string(url([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)))
	jwe := string(url([]byte(`{"alg":"A256GCMKW","enc":"A256GCM","iv":"aaaa","tag":"bbbb"}`))) + ".a2V5.aXY.dGV4dA.dGFn"
	jwt := jwtHeader + "." + string(url([]byte(`{"sub":"1"}`))) + ".c2lnbmF0dXJl"
	cipher := bytes.Repeat([]byte{0x8f, 0x3e, 0xfb, 0x91, 0x00, 0xc3, 0x28}, 8)
	keyPEM := pkcs1(rsa2048())
	public := block("PUBLIC KEY", must(publicDER()))
	dekInfo := strings.Replace(keyPEM, "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1)
	google := map[string]any{
		"type": "service_account", "project_id": "p", "private_key_id": "1", "private_key": pkcs8(rsa2048()),
		"client_email": "ci@p.iam.gserviceaccount.com", "client_id": "2", "token_uri": "https://oauth2.googleapis.com/token",
	}
	tests := []form{
		{name: "empty.txt", data: nil, code: "key-json-empty"},
		{name: "blank.txt", data: []byte(" \r\n"), code: "key-json-empty"},
		{name: "mark-only.txt", data: []byte("\ufeff"), code: "key-json-empty"},
		{name: "access-token-jwe.txt", data: []byte(jwe), code: "key-json-is-token"},
		{name: "access-token-newline.txt", data: []byte(jwe + "\n"), code: "key-json-is-token"},
		{name: "access-token-bearer.txt", data: []byte("Bearer " + jwe), code: "key-json-is-token"},
		{name: "access-token-quoted.txt", data: quoted([]byte(jwe)), code: "key-json-is-token", steps: "json"},
		{name: "access-token-old.txt", data: url(cipher), code: "key-json-is-token"},
		{
			name: "access-token-response.json",
			data: document(map[string]any{"access_token": jwe, "token_type": "Bearer"}),
			code: "key-json-is-token",
		},
		{
			name: "access-token-api.json",
			data: document(map[string]any{"tokenId": "1", "token": jwe}),
			code: "key-json-is-token",
		},
		{name: "jwt.txt", data: []byte(jwt), code: "key-json-is-jwt"},
		{
			name:  "jwt-in-secret.json",
			data:  in("SecretString", jwt),
			code:  "key-json-is-jwt",
			steps: "json member:SecretString",
		},
		{
			name: "client-secret.json",
			data: document(map[string]any{"clientId": "ci", "clientSecret": canary}),
			code: "key-json-is-client-secret",
		},
		{
			name: "client-secret-snake-case.json",
			data: document(map[string]any{"client_id": "ci", "client_secret": canary}),
			code: "key-json-is-client-secret",
		},
		{
			name: "client-secret-api.json",
			data: document(map[string]any{"clientId": "ci", "clientSecret": canary, "details": map[string]any{}}),
			code: "key-json-is-client-secret",
		},
		{
			name:  "client-secret-in-base64.txt",
			data:  std(document(map[string]any{"clientId": "ci", "clientSecret": canary})),
			code:  "key-json-is-client-secret",
			steps: "base64",
		},
		{name: "pem-pkcs1.pem", data: []byte(keyPEM), code: "key-json-is-pem"},
		{name: "pem-pkcs8.pem", data: []byte(pkcs8(rsa2048())), code: "key-json-is-pem"},
		{name: "pem-one-line.pem", data: []byte(strings.ReplaceAll(keyPEM, "\n", `\n`)), code: "key-json-is-pem"},
		{name: "pem-in-base64.txt", data: std([]byte(keyPEM)), code: "key-json-is-pem", steps: "base64"},
		{
			name:  "pem-in-secret.json",
			data:  in("SecretString", keyPEM),
			code:  "key-json-is-pem",
			steps: "json member:SecretString",
		},
		{name: "pem-cut.pem", data: []byte(keyPEM[:500]), code: "key-not-pem"},
		{name: "pem-public.pem", data: []byte(public), code: "key-is-public"},
		{name: "pem-public-in-key.json", data: document(with(account, map[string]any{"key": public})), code: "key-is-public"},
		{
			name: "pem-public-in-key-one-line.json",
			data: document(with(account, map[string]any{"key": strings.ReplaceAll(public, "\n", " ")})),
			code: "key-is-public",
		},
		{name: "pem-encrypted.pem", data: []byte(block("ENCRYPTED PRIVATE KEY", []byte("secret"))), code: "key-encrypted"},
		{
			name: "pem-encrypted-in-key.json",
			data: document(with(account, map[string]any{"key": block("ENCRYPTED PRIVATE KEY", []byte("secret"))})),
			code: "key-encrypted",
		},
		{name: "pem-encrypted-old.pem", data: []byte(dekInfo), code: "key-encrypted"},
		{
			name: "pem-encrypted-old-in-key-one-line.json",
			data: document(with(account, map[string]any{"key": strings.ReplaceAll(dekInfo, "\n", " ")})),
			code: "key-encrypted",
		},
		{name: "pem-openssh.pem", data: []byte(block("OPENSSH PRIVATE KEY", []byte("openssh-key-v1"))), code: "key-is-ssh"},
		{
			name: "pem-openssh-in-key.json",
			data: document(with(account, map[string]any{"key": block("OPENSSH PRIVATE KEY", []byte("openssh-key-v1"))})),
			code: "key-is-ssh",
		},
		{name: "pem-ec.pem", data: []byte(pkcs8(ec256())), code: "key-is-ec"},
		{name: "pem-ec-in-key.json", data: document(with(account, map[string]any{"key": pkcs8(ec256())})), code: "key-is-ec"},
		{name: "pem-ed25519.pem", data: []byte(pkcs8(edwards())), code: "key-not-rsa"},
		{name: "pem-certificate.pem", data: []byte(block("CERTIFICATE", certificate())), code: "key-is-certificate"},
		{
			name: "pem-certificate-in-key.json",
			data: document(with(account, map[string]any{"key": block("CERTIFICATE", certificate())})),
			code: "key-is-certificate",
		},
		{name: "pem-rsa-1024.pem", data: []byte(pkcs1(rsa1024())), code: "key-size"},
		{name: "ssh-public.txt", data: []byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== ci@example"), code: "key-is-public"},
		{name: "putty.txt", data: []byte("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n"), code: "key-is-ssh"},
		{
			name: "jwk.json",
			data: document(map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": canary}),
			code: "key-json-is-jwk",
		},
		{
			name:  "jwks.json",
			data:  in("keys", []any{map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB"}}),
			code:  "key-json-is-jwk",
			steps: "json member:keys element:0",
		},
		{name: "google.json", data: document(google), code: "key-json-is-google"},
		{name: "google-in-base64.txt", data: std(document(google)), code: "key-json-is-google", steps: "base64"},
		{name: "google-in-vault.json", data: in("data", google), code: "key-json-is-google", steps: "json member:data"},
		{
			name: "yaml.yaml",
			data: []byte("clusters:\n- cluster:\n    server: https://k8s.example\nkind: Config\n"),
			code: "key-json-is-yaml",
		},
		{
			name: "yaml-simple.yaml",
			data: []byte("---\ntype: serviceaccount\nkeyId: 312345678901234567\n"),
			code: "key-json-is-yaml",
		},
		{name: "html.html", data: []byte("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"), code: "key-json-is-page"},
		{name: "html-without-type.html", data: []byte("<html lang=\"en\"></html>"), code: "key-json-is-page"},
		{
			name: "xml.xml",
			data: []byte("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
			code: "key-json-is-page",
		},
		{name: "cut.json", data: good[:len(good)*2/3], code: "key-json-truncated"},
		{name: "cut-last-character.json", data: good[:len(good)-1], code: "key-json-truncated"},
		{name: "cut-raw.json", data: raw(account, keyPEM)[:700], code: "key-json-truncated"},
		{name: "cut-first-line.json", data: []byte("{\n"), code: "key-json-truncated"},
		{name: "cut-base64.txt", data: std(good)[:900], code: "key-json-truncated", steps: "base64"},
		{name: "cut-base64-odd.txt", data: std(good)[:901], code: "key-json-truncated", steps: "base64"},
		{name: "cut-json-string.txt", data: quoted(good)[:900], code: "key-json-truncated"},
		{name: "path.txt", data: []byte("/run/secrets/zitadel.json"), code: "key-json-is-path"},
		{name: "path-relative.txt", data: []byte("keys/zitadel"), code: "key-json-is-path"},
		{name: "path-name.txt", data: []byte("zitadel.json\n"), code: "key-json-is-path"},
		{name: "path-windows.txt", data: []byte(`C:\keys\zitadel.json`), code: "key-json-is-path"},
		{name: "path-quoted.txt", data: []byte(`"/run/secrets/zitadel.json"`), code: "key-json-is-path", steps: "json"},
		{name: "reference-onepassword.txt", data: []byte("op://ci/zitadel/key.json"), code: "key-json-is-reference"},
		{
			name: "reference-aws.txt",
			data: []byte("arn:aws:secretsmanager:eu-central-1:1:secret:zitadel"),
			code: "key-json-is-reference",
		},
		{
			name: "reference-gcp.txt",
			data: []byte("projects/1/secrets/zitadel/versions/latest"),
			code: "key-json-is-reference",
		},
		{name: "reference-placeholder.txt", data: []byte("${ZITADEL_KEY_JSON}"), code: "key-json-is-reference"},
		{name: "reference-masked.txt", data: []byte("***"), code: "key-json-is-reference"},
		{name: "reference-sensitive.txt", data: []byte("<sensitive>\n"), code: "key-json-is-reference"},
		{name: "percent.txt", data: []byte(neturl.PathEscape(string(good))), code: "key-json-is-encoded"},
		{name: "html-entities.txt", data: []byte(html.EscapeString(string(good))), code: "key-json-is-encoded"},
		{name: "hexadecimal.txt", data: []byte(hex.EncodeToString(good)), code: "key-json-is-encoded"},
		{name: "gzip.gz", data: zipped(good), code: "key-json-is-encoded"},
		{name: "gzip-base64.txt", data: std(zipped(good)), code: "key-json-is-encoded", steps: "base64"},
		{name: "der.der", data: x509.MarshalPKCS1PrivateKey(rsa2048()), code: "key-json-is-der"},
		{name: "der-base64.txt", data: std(x509.MarshalPKCS1PrivateKey(rsa2048())), code: "key-json-is-der", steps: "base64"},
		{name: "null.txt", data: []byte("null"), code: "key-json-not-object"},
		{name: "number.txt", data: []byte("312345678901234567"), code: "key-json-not-object"},
		{name: "words.txt", data: []byte("no such secret"), code: "key-json-invalid"},
		{name: "comma.json", data: append(slices.Clone(good[:len(good)-1]), ",}"...), code: "key-json-invalid"},
		{name: "single-quoted.json", data: bytes.ReplaceAll(good, []byte(`"`), []byte("'")), code: "key-json-invalid"},
		{name: "two-documents.json", data: append(slices.Clone(good), good...), code: "key-json-invalid"},
		{name: "base64-of-nothing.txt", data: std([]byte("a text of no importance")), code: "key-json-invalid"},
	}
	for member, other := range map[string]string{
		"keyId": "key_id", "key": "private_key", "userId": "user_id", "type": "Type",
	} {
		tests = append(tests, form{
			name: "renamed-" + other + ".json", code: "key-member-renamed",
			data: document(with(account, map[string]any{member: nil, other: account[member]})),
		})
	}
	for i := range tests {
		tests[i].name = "other-" + tests[i].name
		tests[i].key = "none"
	}
	return tests
}

// writeForms regenerates the files and the index in testdata/forms.
func writeForms(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(formsFolder + "/files"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(formsFolder+"/files", 0o755); err != nil {
		t.Fatal(err)
	}
	index := formsIndex{Keys: map[string]formKey{}}
	for _, f := range generate() {
		if err := os.WriteFile(filepath.Join(formsFolder, "files", f.name), f.data, 0o644); err != nil {
			t.Fatal(err)
		}
		entry := formEntry{File: "files/" + f.name, Key: f.key, Code: f.code, Text: isText(f.data)}
		switch f.key {
		case "":
			entry.Key = "account"
		case "none":
			entry.Key = ""
		}
		k, err := key.Parse(f.data)
		if err == nil {
			if name := strings.TrimSuffix(f.name, ".json"); name == entry.Key {
				index.Keys[name] = formKey{entry.File, string(k.Type), k.ID, k.Subject(), must(k.Thumbprint())}
			}
		} else {
			_, entry.Steps = codeAndSteps(err)
		}
		if got := normalized(entry.Steps); got != f.steps {
			t.Errorf("%s: steps %q, want %q", f.name, got, f.steps)
		}
		index.Forms = append(index.Forms, entry)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(index); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(formsFolder+"/index.json", b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// isText reports whether a variable can contain data.
func isText(data []byte) bool { return utf8.Valid(data) && !bytes.Contains(data, []byte{0}) }

// normalized joins steps in the notation of form.steps.
func normalized(steps []string) string {
	return regexp.MustCompile("pad:=+").ReplaceAllString(strings.Join(steps, " "), "pad:")
}

// codeAndSteps returns the code and the steps of the first fault in an error.
func codeAndSteps(err error) (string, []string) {
	f := fault.All(err)[0]
	steps, _ := f.Values["steps"].([]string)
	return f.Code, steps
}

func readForms(t testing.TB) formsIndex {
	t.Helper()
	var index formsIndex
	if err := json.Unmarshal(must(os.ReadFile(formsFolder+"/index.json")), &index); err != nil {
		t.Fatal(err)
	}
	return index
}

// Each form in testdata/forms must be accepted as the key that it contains, or rejected with the
// fault in the index. If the fault is key-json-wrapped, its steps must lead to that key.
func TestForms(t *testing.T) {
	t.Parallel()
	if *update {
		writeForms(t)
	}
	index := readForms(t)
	const minimum = 200
	files, err := filepath.Glob(formsFolder + "/files/*")
	if err != nil || len(files) != len(index.Forms) || len(files) < minimum {
		t.Errorf("got %d forms and %d files, want at least %d of each: %v", len(index.Forms), len(files), minimum, err)
	}
	for _, form := range index.Forms {
		t.Run(strings.TrimPrefix(form.File, "files/"), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(formsFolder, form.File)
			data := must(os.ReadFile(file))
			parsed, err := key.Parse(data)
			checkForm(t, index, form, data, parsed, err)

			read, err := key.ReadFile(file)
			if f := asFault(err); err != nil && (f == nil || f.Code != "key-file-unusable" || f.Values["path"] != file) {
				t.Fatalf("ReadFile: %v", err)
			}
			for _, f := range fault.All(errors.Unwrap(err)) {
				if _, hasSteps := f.Values["steps"]; hasSteps != (f.Values["path"] == file) {
					t.Errorf("a fault with the steps %v has the path %v", f.Values["steps"], f.Values["path"])
				}
			}
			checkForm(t, index, form, data, read, errors.Unwrap(err))
		})
	}
}

// checkForm compares the result of parsing a form with the index.
func checkForm(t *testing.T, index formsIndex, form formEntry, data []byte, k *key.Key, err error) {
	t.Helper()
	if err == nil {
		if form.Code != "" {
			t.Fatalf("got no error, want %s", form.Code)
		}
		checkSame(t, index.Keys[form.Key], k)
		return
	}
	code, steps := codeAndSteps(err)
	if code != form.Code || !slices.Equal(steps, form.Steps) {
		t.Fatalf("%s %q, want %q %q", code, steps, form.Code, form.Steps)
	}
	checkNoLeak(t, err, data)
	if code != "key-json-wrapped" && code != "key-json-several" {
		return
	}
	again, err := key.Parse(apply(t, data, steps))
	if err != nil {
		t.Fatalf("after the steps %q: %v", steps, err)
	}
	if code == "key-json-wrapped" {
		checkSame(t, index.Keys[form.Key], again)
	}
}

func checkSame(t *testing.T, want formKey, k *key.Key) {
	t.Helper()
	if k.ID != want.KeyID || k.Subject() != want.Subject || string(k.Type) != want.Type ||
		must(k.Thumbprint()) != want.Thumbprint {
		t.Errorf("key %q of %s %q, want %q of %s %q", k.ID, k.Type, k.Subject(), want.KeyID, want.Type, want.Subject)
	}
}

// checkNoLeak fails the test if an error contains the canary, or if the error without its steps
// contains 16 consecutive characters of data.
func checkNoLeak(t *testing.T, err error, data []byte) {
	t.Helper()
	shown := err.Error()
	if strings.Contains(shown, canary) {
		t.Errorf("the error contains a secret: %q", shown)
	}
	for _, f := range fault.All(err) {
		steps, _ := f.Values["steps"].([]string)
		for _, step := range steps {
			shown = strings.ReplaceAll(shown, strconv.Quote(step), "")
		}
	}
	for _, found := range regexp.MustCompile(`[A-Za-z0-9+/=]{16,}`).FindAllString(shown, -1) {
		for i := 0; i+16 <= len(found); i++ {
			if strings.Contains(string(data), found[i:i+16]) && !strings.Contains("key-json-is-client-secret", found[i:i+16]) &&
				!strings.Contains("serviceaccount", found[i:i+16]) {
				t.Errorf("the error contains part of the document: %q", shown)
			}
		}
	}
}

// apply returns the result of applying the steps of a fault to a document. It fails the test if
// a step cannot be applied. The decoders are as strict as those of common languages.
func apply(t testing.TB, data []byte, steps []string) []byte {
	t.Helper()
	var value any
	for _, step := range steps {
		name, argument, _ := strings.Cut(step, ":")
		switch text := string(data); name {
		case "trim-space":
			data = []byte(strings.TrimSpace(text))
		case "trim":
			data = []byte(strings.Trim(text, argument))
		case "prefix":
			data = []byte(strings.TrimPrefix(text, argument))
		case "compact":
			data = []byte(regexp.MustCompile(`\s+`).ReplaceAllString(text, ""))
		case "bom":
			data = []byte(strings.TrimPrefix(text, "\ufeff"))
		case "join":
			data = []byte(regexp.MustCompile(`\s+`).ReplaceAllString(text, " "))
		case "undouble":
			data = []byte(strings.ReplaceAll(text, `""`, `"`))
		case "quote":
			data = []byte(`"` + text + `"`)
		case "part":
			data = regexp.MustCompile(`(?s)[{].*[}]`).Find(data)
		case "standard":
			data = []byte(strings.NewReplacer("-", "+", "_", "/").Replace(text))
		case "pad":
			data = []byte(text + argument)
		case "base64":
			data = must(base64.StdEncoding.DecodeString(text))
		case "utf-16le", "utf-16be":
			data = narrow(data, name == "utf-16le")
		case "json":
			if value = nil; json.Unmarshal(data, &value) != nil {
				t.Fatalf("the input of a json step in %q is not valid JSON", steps)
			}
		case "yaml":
			value = simpleYAML(text)
		case "member":
			members, _ := value.(map[string]any)
			value = members[argument]
		case "element":
			value = value.([]any)[must(strconv.Atoi(argument))]
		case "encode":
			data, value = must(json.Marshal(value)), nil
		default:
			t.Fatalf("unknown step %q", step)
		}
		if inner, ok := value.(string); ok {
			data, value = []byte(inner), nil
		}
	}
	return data
}

// narrow decodes UTF-16. The byte order is little-endian if little is set, and big-endian
// otherwise.
func narrow(data []byte, little bool) []byte {
	var order binary.ByteOrder = binary.BigEndian
	if little {
		order = binary.LittleEndian
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// simpleYAML decodes the YAML in the forms: mappings with up to two levels, and literal blocks.
func simpleYAML(text string) map[string]any {
	top := map[string]any{}
	at, literal := top, ""
	for line := range strings.Lines(text) {
		content := strings.TrimSpace(line)
		indent := len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace))
		name, value, isPair := strings.Cut(content, ": ")
		nested, isName := strings.CutSuffix(content, ":")
		switch {
		case content == "---" || strings.HasPrefix(content, "#"):
		case isPair && strings.TrimSpace(value) == "|":
			literal = name
			at[name] = ""
		case literal != "" && indent > 0:
			at[literal] = at[literal].(string) + content + "\n"
		case isName:
			inner := map[string]any{}
			top[nested], at = inner, inner
		case isPair:
			if literal = ""; indent == 0 {
				at = top
			}
			at[name] = strings.Trim(value, `"'`)
		default:
			panic(fmt.Sprintf("cannot decode a line of %d bytes", len(line)))
		}
	}
	return top
}

package key_test

import (
	"bytes"
	"slices"
	"strings"
)

// breakForms returns the files in testdata/forms in which the line breaks in the "key" member are
// changed, or the member is damaged. text is the PEM of the key, and prefix is the name of its
// format.
func breakForms(prefix string, account map[string]any, text string) (forms []form) {
	replaced := func(by string) string { return strings.ReplaceAll(text, "\n", by) }
	lines := strings.Split(strings.TrimSpace(text), "\n")
	body := strings.Join(lines[1:len(lines)-1], "")
	urlBody := strings.NewReplacer("+", "-", "/", "_").Replace(body)
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
		"url-alphabet":    {frame(lines[0], urlBody, lines[len(lines)-1]), "key-damaged"},
		"second-key":      {text + text, "key-pem-trailing"},
	} {
		forms = append(forms, form{
			name: "damaged-" + prefix + "-" + name + ".json", code: test[1],
			data: document(with(account, map[string]any{"key": test[0]})),
		})
	}
	return forms
}

// wrap splits text into lines of the given length. The last line can be shorter.
func wrap(text string, length int) string {
	var lines []string
	for len(text) > length {
		lines, text = append(lines, text[:length]), text[length:]
	}
	return strings.Join(append(lines, text), "\n")
}

// raw returns a key JSON in which the line breaks and tabs of pemText are not escaped. JSON does not
// allow unescaped line breaks and tabs in strings.
func raw(members map[string]any, pemText string) []byte {
	data := document(with(members, map[string]any{"key": "PEM"}))
	return bytes.Replace(data, []byte(`"PEM"`), []byte(`"`+pemText+`"`), 1)
}

package key_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

var update = flag.Bool("update", false, "regenerate testdata/forms with new keys")

// form is a generated file in testdata/forms. It contains a key JSON in one of the ways in which
// users store it, or other content that users mistake for a key JSON.
type form struct {
	name string
	data []byte
	code string // code of the fault; empty if the form is accepted
	// steps contains the steps of the fault, separated by spaces, which describe how to extract the
	// key JSON. The padding after "pad:" is omitted, because it depends on the key.
	steps string
	key   string // name of the key in index.json; "" means "account", and "none" means no key
}

// generate returns all forms, with newly generated keys.
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

// writeForms regenerates the files and index.json in testdata/forms.
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
			t.Errorf("%s: got steps %q, want %q", f.name, got, f.steps)
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

// isText reports whether an environment variable can contain data.
func isText(data []byte) bool { return utf8.Valid(data) && !bytes.Contains(data, []byte{0}) }

// normalized joins steps in the format of form.steps.
func normalized(steps []string) string {
	return regexp.MustCompile("pad:=+").ReplaceAllString(strings.Join(steps, " "), "pad:")
}

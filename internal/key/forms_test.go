package key_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// formsFolder contains the forms: files that contain a key JSON as users store it, for example in
// base64 or inside another document, or other content that users confuse with a key JSON.
const formsFolder = "testdata/forms"

// formsIndex is the content of index.json in formsFolder. The README in that folder describes it.
type formsIndex struct {
	Keys  map[string]formKey `json:"keys"`
	Forms []formEntry        `json:"forms"`
}

// formKey describes a key that is in one or more forms.
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
	Key   string   `json:"key,omitempty"`   // name in formsIndex.Keys of the key in the form
	Code  string   `json:"code,omitempty"`  // code of the first fault; empty if the form is accepted
	Steps []string `json:"steps,omitempty"` // steps in that fault, which describe how to extract the key JSON
	Text  bool     `json:"text"`            // whether an environment variable can contain the form
}

func readForms(t testing.TB) formsIndex {
	t.Helper()
	var index formsIndex
	if err := json.Unmarshal(must(os.ReadFile(formsFolder+"/index.json")), &index); err != nil {
		t.Fatal(err)
	}
	return index
}

// TestForms checks that Parse and ReadFile accept each form as the key that it contains, or reject it
// with the fault in the index. If the fault is key-json-wrapped, its steps must result in that key.
func TestForms(t *testing.T) {
	t.Parallel()
	if *update {
		writeForms(t)
	}
	index := readForms(t)
	const minimum = 200
	files, err := filepath.Glob(formsFolder + "/files/*")
	if err != nil || len(files) != len(index.Forms) || len(files) < minimum {
		t.Errorf("got %d forms and %d files, want one file for each form and at least %d forms: %v",
			len(index.Forms), len(files), minimum, err)
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
				t.Fatalf("ReadFile: got %v, want a key or the code key-file-unusable and the path", err)
			}
			for _, f := range fault.All(errors.Unwrap(err)) {
				if _, hasSteps := f.Values["steps"]; hasSteps != (f.Values["path"] == file) {
					t.Errorf("got path %v, want %q only with steps, which are %v", f.Values["path"], file, f.Values["steps"])
				}
			}
			checkForm(t, index, form, data, read, errors.Unwrap(err))
		})
	}
}

// checkForm checks the key or the error that resulted from parsing a form against the index.
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
		t.Fatalf("got %q with steps %q, want %q with steps %q", code, steps, form.Code, form.Steps)
	}
	checkNoLeak(t, err, data)
	if code != "key-json-wrapped" && code != "key-json-several" {
		return
	}
	again, err := key.Parse(apply(t, data, steps))
	if err != nil {
		t.Fatalf("after the steps %q: got %v, want a key", steps, err)
	}
	if code == "key-json-wrapped" {
		checkSame(t, index.Keys[form.Key], again)
	}
}

func checkSame(t *testing.T, want formKey, k *key.Key) {
	t.Helper()
	if k.ID != want.KeyID || k.Subject() != want.Subject || string(k.Type) != want.Type ||
		must(k.Thumbprint()) != want.Thumbprint {
		t.Errorf("got key %q of %s %q, want key %q of %s %q with the thumbprint %s",
			k.ID, k.Type, k.Subject(), want.KeyID, want.Type, want.Subject, want.Thumbprint)
	}
}

// codeAndSteps returns the code and the steps of the first fault in err.
func codeAndSteps(err error) (string, []string) {
	f := fault.All(err)[0]
	steps, _ := f.Values["steps"].([]string)
	return f.Code, steps
}

// checkNoLeak checks that err does not contain the canary, and that it does not contain 16 consecutive
// base64 characters from data, except in its steps.
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

// A form feed between members is not valid JSON. The steps of the fault must lead to the whole key JSON,
// not to its PEM.
func TestFormFeedBetweenMembers(t *testing.T) {
	t.Parallel()
	data := bytes.Replace(document(serviceAccount()), []byte("{"), []byte("{\f"), 1)
	_, err := key.Parse(data)
	code, steps := codeAndSteps(err)
	if code != "key-json-wrapped" {
		t.Fatalf("got %s, want key-json-wrapped", code)
	}
	if _, err := key.Parse(apply(t, data, steps)); err != nil {
		t.Errorf("after the steps %q: %v", steps, err)
	}
}

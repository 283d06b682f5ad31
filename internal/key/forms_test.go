package key_test

import (
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

// codeAndSteps returns the code and the steps of the first fault in an error.
func codeAndSteps(err error) (string, []string) {
	f := fault.All(err)[0]
	steps, _ := f.Values["steps"].([]string)
	return f.Code, steps
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

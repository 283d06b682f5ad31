package acctest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Form is one of the forms in which users write a value, such as a client ID in quotes, together
// with the outcome that the test expects. A corpus is a folder of forms: a file for each form, and
// index.json, whose members are described in the folder's README.
type Form struct {
	File      string         `json:"file"`
	Arguments []string       `json:"arguments"`
	Beside    map[string]any `json:"beside"`
	Value     string         `json:"value"`
	Code      string         `json:"code"`
	Values    map[string]any `json:"values"`

	Text string `json:"-"` // contents of the file
}

// Name returns the name of the form's file without its extension. Tests use it to name subtests.
func (f Form) Name() string { return strings.TrimSuffix(filepath.Base(f.File), ".txt") }

// Suggestion returns the value that the fault is expected to suggest, or "" if the fault should
// not suggest a value.
func (f Form) Suggestion() string {
	suggestion, _ := f.Values["suggestion"].(string)
	return suggestion
}

// HasValues reports whether the given values of a fault are the expected ones. It ignores empty
// values.
func (f Form) HasValues(values map[string]any) bool {
	values = maps.Clone(values)
	maps.DeleteFunc(values, func(_ string, value any) bool {
		return slices.Contains([]string{"", "[]"}, fmt.Sprint(value))
	})
	return fmt.Sprint(values) == fmt.Sprint(f.Values)
}

// ReadForms reads the corpus in a folder. It fails the test if the corpus contains fewer than
// minimum forms, or if the files do not match the index.
func ReadForms(t testing.TB, folder string, minimum int) (forms []Form) {
	t.Helper()
	if err := json.Unmarshal([]byte(ReadFile(t, filepath.Join(folder, "index.json"))), &forms); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for n, f := range forms {
		forms[n].Text = ReadFile(t, filepath.Join(folder, filepath.FromSlash(f.File)))
		listed[f.File] = true
	}
	files, err := fs.Glob(os.DirFS(folder), "files/*")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(files, slices.Sorted(maps.Keys(listed))) || len(files) != len(forms) {
		t.Fatalf("%s: the index lists %d forms in %d files, but the folder contains %d files",
			folder, len(forms), len(listed), len(files))
	}
	if len(forms) < minimum {
		t.Fatalf("%s: got %d forms, want at least %d", folder, len(forms), minimum)
	}
	return forms
}

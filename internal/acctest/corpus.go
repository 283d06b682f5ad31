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

// Form is one of the forms in which users write a value. It consists of a file of a corpus
// and the expected outcome. The README of the corpus describes the members of the index.
type Form struct {
	File      string         `json:"file"`
	Arguments []string       `json:"arguments"`
	Beside    map[string]any `json:"beside"`
	Value     string         `json:"value"`
	Code      string         `json:"code"`
	Values    map[string]any `json:"values"`

	Text string `json:"-"` // content of the file
}

// Name returns the name of the form. Subtests use it as their name.
func (f Form) Name() string { return strings.TrimSuffix(filepath.Base(f.File), ".txt") }

// Suggestion returns the value that the fault suggests. It is empty if the fault suggests
// none.
func (f Form) Suggestion() string {
	suggestion, _ := f.Values["suggestion"].(string)
	return suggestion
}

// HasValues reports whether the values of a fault equal the expected values of the form.
// Empty values of the fault are ignored.
func (f Form) HasValues(values map[string]any) bool {
	values = maps.Clone(values)
	maps.DeleteFunc(values, func(_ string, value any) bool {
		return slices.Contains([]string{"", "[]"}, fmt.Sprint(value))
	})
	return fmt.Sprint(values) == fmt.Sprint(f.Values)
}

// ReadForms reads a corpus, which consists of index.json in a folder and the files that
// the index lists. It ends the test if the corpus contains fewer than minimum forms, or if
// the index and the files do not match.
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
		t.Fatalf("%s: the index lists %d forms in %d files, and the folder contains %d files",
			folder, len(forms), len(listed), len(files))
	}
	if len(forms) < minimum {
		t.Fatalf("%s: got %d forms, want at least %d", folder, len(forms), minimum)
	}
	return forms
}

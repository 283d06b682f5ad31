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

// Form is a form in which users write a value: a file of a corpus, and the expected
// outcome. The README of the corpus describes the members of its index.
type Form struct {
	File      string         `json:"file"`
	Arguments []string       `json:"arguments"`
	Beside    map[string]any `json:"beside"`
	Value     string         `json:"value"`
	Code      string         `json:"code"`
	Values    map[string]any `json:"values"`

	Text string `json:"-"` // content of the file
}

// Name returns the name of the form, for subtests.
func (f Form) Name() string { return strings.TrimSuffix(filepath.Base(f.File), ".txt") }

// Suggestion returns the value that the fault suggests, "" if it suggests none.
func (f Form) Suggestion() string {
	suggestion, _ := f.Values["suggestion"].(string)
	return suggestion
}

// HasValues reports whether the values of a fault are those of the form, except empty ones.
func (f Form) HasValues(values map[string]any) bool {
	values = maps.Clone(values)
	maps.DeleteFunc(values, func(_ string, value any) bool {
		return slices.Contains([]string{"", "[]"}, fmt.Sprint(value))
	})
	return fmt.Sprint(values) == fmt.Sprint(f.Values)
}

// ReadForms reads a corpus: index.json in a folder, and the files that it lists. It fails
// the test if there are fewer forms than least, or if index and files differ.
func ReadForms(t testing.TB, folder string, least int) (forms []Form) {
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
		t.Fatalf("%s: %d forms in the index, of %d files; the folder contains %d files",
			folder, len(forms), len(listed), len(files))
	}
	if len(forms) < least {
		t.Fatalf("%s: %d forms, want at least %d", folder, len(forms), least)
	}
	return forms
}

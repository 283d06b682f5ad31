package acctest

import (
	"os"
	"path/filepath"
	"testing"
)

// WriteFile writes a file that only the current user can read, and returns its path.
func WriteFile(t testing.TB, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ReadFile returns the content of a file.
func ReadFile(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// FileExists reports whether a file or folder exists at path.
func FileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// CopyFolder copies the contents of one folder into another folder.
func CopyFolder(t testing.TB, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

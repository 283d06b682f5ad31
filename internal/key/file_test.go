package key_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// write writes a file that the test may do with as it likes.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	k, err := key.ReadFile(write(t, "key.json", document(serviceAccount())))
	if err != nil {
		t.Fatal(err)
	}
	if k.ID != "key-1" || k.UserID != "user-1" || !signs(t, k) {
		t.Errorf("key %q of %q", k.ID, k.UserID)
	}
}

func TestReadFileFaults(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing.json")
	long := write(t, "long.json", []byte(`{"type":"`+strings.Repeat(canary, key.MaxFileSize/len(canary))+`"}`))
	faulty := write(t, "faulty.json", document(map[string]any{"type": "serviceaccount", "key": canary}))
	broken := write(t, "broken.json", []byte(canary))
	tests := map[string]struct {
		path string
		want []string
	}{
		"missing":      {missing, []string{fmt.Sprintf("no file %q", missing), "check the path"}},
		"relative":     {"no-such.json", []string{`no file "no-such.json"`, "${path.module}"}},
		"home":         {"~/key.json", []string{`no file "~/key.json"`, `pathexpand("~/key.json")`}},
		"folder":       {folder, []string{fmt.Sprintf("%q is a folder", folder)}},
		"under a file": {filepath.Join(broken, "key.json"), []string{"broken.json"}},
		"too long":     {long, []string{fmt.Sprintf("%q has more than 64 KiB", long)}},
		"not JSON":     {broken, []string{fmt.Sprintf("file %q", broken), "it is not JSON"}},
		"faults":       {faulty, []string{fmt.Sprintf("file %q", faulty), `member "keyId" is missing`, `member "key" is not a PEM`, `member "userId" is missing`}},
		"no path":      {"", []string{`no file ""`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := key.ReadFile(test.path)
			if err == nil || k != nil {
				t.Fatalf("it gave the key %v and the error %v", k, err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error holds the content: %q", err)
			}
		})
	}
}

// Whoever mixes up key_file and key_json gives the key as a path.
func TestReadFileOfContent(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"key JSON":       string(document(serviceAccount())),
		"with space":     "\n" + string(document(serviceAccount())),
		"PEM":            pkcs1(rsa2048()),
		"base64":         base64.StdEncoding.EncodeToString(document(serviceAccount())),
		"long key":       string(document(with(serviceAccount(), map[string]any{"note": strings.Repeat("x", 5000)}))),
		"short document": `{"type":"serviceaccount","key":"` + canary + `"}`,
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.ReadFile(content)
			if err == nil {
				t.Fatal("it is taken")
			}
			if strings.Contains(err.Error(), canary) || spills(err.Error(), pkcs1(rsa2048())) || strings.Contains(err.Error(), "eyJ") {
				t.Fatal("the error holds the key")
			}
			if !strings.Contains(err.Error(), "key_json") {
				t.Errorf("%q does not say where it belongs", err)
			}
		})
	}
}

func TestReadFileUnreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("root reads every file, and Windows has no such mode")
	}
	path := write(t, "secret.json", document(serviceAccount()))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := key.ReadFile(path)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("file %q cannot be opened: permission denied", path)) {
		t.Errorf("%v", err)
	}
}

package key_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// write writes data to a file with the given name in a new temporary folder, and returns its path.
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
		t.Errorf("got key %q of user %q, want key-1 of user-1, which signs with rsa2048", k.ID, k.UserID)
	}
}

func TestReadFileFaults(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing.json")
	long := write(t, "long.json", []byte(`{"type":"`+strings.Repeat(canary, key.MaxFileSize/len(canary))+`"}`))
	prefixed := func(prefix, suggestion string) *fault.Fault {
		return fault.New("key-file-prefix", "start", prefix, "suggestion", suggestion)
	}
	tests := map[string]struct {
		path string
		want *fault.Fault
	}{
		"placeholder": {"$HOME/key.json", fault.New("key-file-placeholder", "path", "$HOME/key.json")},
		"file URL":    {"file:///no/k.json", prefixed("file://", "/no/k.json")},
		"no file":     {"file://", fault.New("key-file-path-empty")},
		"local host":  {"file://localhost/no/k.json", prefixed("file://localhost", "/no/k.json")},
		"file scheme": {"file:no.json", prefixed("file:", "no.json")},
		"drive":       {`file:///C:/no.json`, prefixed("file:///", "C:/no.json")},
		"curl":        {"@/no/k.json", prefixed("@", "/no/k.json")},
		"1Password":   {"op://ci/zitadel/k.json", fault.New("key-file-is-url")},
		"URL":         {"https://a:" + canary + "@z.example/k.json", fault.New("key-file-is-url")},
		"signed URL":  {"https://z.example/k.json?a=%CANARY%&b={b}", fault.New("key-file-is-url")},
		"bucket":      {"s3://b/k.json", fault.New("key-file-is-url")},
		"ARN":         {"arn:aws:secretsmanager:eu-west-1:1:secret:z", fault.New("key-file-is-url")},
		"variable":    {"var.key_file", fault.New("value-reference")},
		"local":       {"local.key", fault.New("value-reference")},
		"resource":    {"data.vault_generic_secret.z.data", fault.New("value-reference")},
		"call":        {`file("k.json")`, fault.New("value-reference")},
		"name":        {"data.zitadel.json", fault.New("key-file-relative", "path", "data.zitadel.json")},
		"missing":     {missing, fault.New("key-file-missing", "path", missing)},
		"relative":    {"no-such.json", fault.New("key-file-relative", "path", "no-such.json")},
		"tilde":       {"~/key.json", fault.New("key-file-tilde", "path", "~/key.json")},
		"folder":      {folder, fault.New("key-file-is-folder", "path", folder)},
		"too large":   {long, fault.New("key-file-too-large", "path", long, "max_kib", 64)},
		"no path":     {"", fault.New("key-file-path-empty")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := key.ReadFile(test.path)
			if err == nil || k != nil {
				t.Fatalf("got key %v, error %v; want only an error", k, err)
			}
			if err.Error() != test.want.Error() {
				t.Errorf("got error %q, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error contains the file's content: %q", err)
			}
		})
	}
}

// TestReadFileInvalidContent checks that the fault for a file with invalid content contains the
// path and wraps all faults that Parse returns.
func TestReadFileInvalidContent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content []byte
		want    map[string]string // faults, keyed by member
	}{
		"not JSON": {[]byte(canary), map[string]string{"": `key-json-invalid`}},
		"invalid members": {
			document(map[string]any{"type": "serviceaccount", "key": canary}),
			map[string]string{
				"keyId":  `key-id-missing member="keyId"`,
				"key":    `key-not-pem member="key"`,
				"userId": `key-member-missing member="userId"`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "key.json", test.content)
			k, err := key.ReadFile(path)
			f := asFault(err)
			if f == nil || k != nil {
				t.Fatalf("got key %v, error %v; want only an error", k, err)
			}
			if f.Code != "key-file-unusable" || f.Values["path"] != path || len(f.Values) != 2 {
				t.Errorf("got error %q, want only the code key-file-unusable, the path %q and a reason", err, path)
			}
			checkFaults(t, f.Unwrap(), test.want)
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error contains the file's content: %q", err)
			}
		})
	}
}

func TestReadFileParentIsFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(write(t, "broken.json", []byte(canary)), "key.json")
	_, err := key.ReadFile(path)
	f := asFault(err)
	if f == nil || f.Values["path"] != path {
		t.Fatalf("got error %v, want a fault with the path %q", err, path)
	}
	// Windows reports that the path does not exist.
	if f.Code != "key-file-unreadable" && (runtime.GOOS != "windows" || f.Code != "key-file-missing") {
		t.Errorf("got error %q, want key-file-unreadable", err)
	}
	if strings.Contains(err.Error(), canary) {
		t.Errorf("the error contains the file's content: %q", err)
	}
}

// TestReadFileKeyAsPath checks that the error contains no part of a key that is passed as the path.
func TestReadFileKeyAsPath(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"key JSON":        string(document(serviceAccount())),
		"leading newline": "\n" + string(document(serviceAccount())),
		"PEM":             pkcs1(rsa2048()),
		"base64":          base64.StdEncoding.EncodeToString(document(serviceAccount())),
		"long key":        string(document(with(serviceAccount(), map[string]any{"note": strings.Repeat("x", 5000)}))),
		"short document":  `{"type":"serviceaccount","key":"` + canary + `"}`,
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := key.ReadFile(content)
			if err == nil {
				t.Fatal("got no error")
			}
			text := err.Error()
			if strings.Contains(text, canary) || leaksPEM(text, pkcs1(rsa2048())) || strings.Contains(text, "eyJ") {
				t.Fatal("the error contains the key")
			}
			if text != "key-file-is-content" {
				t.Errorf("got error %q, want key-file-is-content", text)
			}
		})
	}
}

// TestReadFileFormAsPath passes the content of each file in testdata/forms as the path. If the
// content is a key or a token, ReadFile must return the fault key-file-is-content, which contains
// no part of it.
func TestReadFileFormAsPath(t *testing.T) {
	t.Parallel()
	for _, form := range readForms(t).Forms {
		data := must(os.ReadFile(filepath.Join(formsFolder, form.File)))
		_, err := key.ReadFile(string(data))
		if err == nil {
			t.Fatalf("%s: got no error", form.File)
		}
		isSecret := form.Code == "" || form.Key != "" || form.Code == "key-json-is-token" || form.Code == "key-json-is-jwt"
		if isSecret && err.Error() != "key-file-is-content" {
			t.Errorf("%s: got %q, want key-file-is-content", form.File, err)
		}
	}
}

func TestReadFileUnreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("root and Windows users can read files regardless of the mode")
	}
	path := write(t, "secret.json", document(serviceAccount()))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := key.ReadFile(path)
	want := fault.New("key-file-unreadable", "path", path, "reason", errors.New("permission denied")).Error()
	if err == nil || err.Error() != want || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got error %v, want %s", err, want)
	}
}

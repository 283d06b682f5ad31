package provider_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The commands in README.md must install this provider without a registry. Other providers in the same
// configuration must still be installed from their registry.
func TestAccInstallFromMirror(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands require a POSIX shell")
	}
	w := acctest.NewWorkspace(t)
	section := readmeSection(t, "## Install it without a registry")
	commands := regexp.MustCompile("(?s)```sh\n(.*?)```").FindStringSubmatch(section)
	if commands == nil {
		t.Fatal("the README.md section contains no commands")
	}
	host, script := "registry.terraform.io", commands[1]
	if output := w.MustRun("version"); strings.Contains(output, "OpenTofu") {
		host = "registry.opentofu.org"
		script = strings.Replace(script, "host=registry.terraform.io", "host="+host, 1)
	}
	home := t.TempDir()
	shell := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script)
	shell.Dir, shell.Env = filepath.Join("..", ".."), goEnvironment(t, home)
	if output, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("the commands in README.md failed: %v\n%s", err, output)
	}

	registry := newProviderRegistry(t)
	config := acctest.ReadFile(t, filepath.Join(home, ".zitadel-tokens", "cli.tfrc")) +
		fmt.Sprintf("host %q {\n  services = { \"providers.v1\" = \"%s/v1/providers/\" }\n}\n", host, registry.url)
	w.Environment = append(w.Environment,
		"TF_CLI_CONFIG_FILE="+acctest.WriteFile(t, t.TempDir(), "cli.tfrc", []byte(config)))
	acctest.WriteFile(t, w.Folder, "main.tf", []byte(`terraform {
  required_providers {
    http    = { source = "hashicorp/http" }
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

provider "zitadel" {
  issuer = "http://127.0.0.1:1"
}
`))
	// All files in w are later searched for secrets, and a binary can contain a short secret by chance.
	defer os.RemoveAll(filepath.Join(w.Folder, ".terraform"))
	w.MustRun("init", "-no-color", "-input=false")
	w.MustRun("validate", "-no-color")
	for path, want := range map[string]string{
		"zitadel-tokens/zitadel": "0.1.0", // from the mirror
		"hashicorp/http":         "9.9.9", // from the registry
	} {
		found, err := os.ReadDir(filepath.Join(w.Folder, ".terraform", "providers", host, filepath.FromSlash(path)))
		if err != nil || len(found) != 1 || found[0].Name() != want {
			t.Errorf("%s: installed versions %v, want %s (error %v)", path, found, want, err)
		}
	}
	if len(registry.requests) == 0 || slices.ContainsFunc(registry.requests, func(path string) bool {
		return !strings.HasPrefix(path, "/v1/providers/hashicorp/http/") && !strings.HasPrefix(path, "/files/")
	}) {
		t.Errorf("requests to the registry: %q, want only those for hashicorp/http", registry.requests)
	}
}

// readmeSection returns the section of README.md that has the given heading.
func readmeSection(t *testing.T, heading string) string {
	t.Helper()
	_, section, found := strings.Cut(acctest.ReadFile(t, filepath.Join("..", "..", "README.md")), "\n"+heading+"\n")
	if !found {
		t.Fatalf("README.md has no heading %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// goEnvironment returns the current environment with a different home directory, but with the same Go
// caches.
func goEnvironment(t *testing.T, home string) []string {
	t.Helper()
	environment := append(os.Environ(), "HOME="+home)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		environment = append(environment, name+"="+strings.TrimSpace(string(value)))
	}
	return environment
}

// providerRegistry is a provider registry that contains only the stand-in for hashicorp/http.
type providerRegistry struct {
	url      string
	requests []string // paths of the requests
}

// newProviderRegistry starts a registry whose provider is signed with a new key.
func newProviderRegistry(t *testing.T) *providerRegistry {
	t.Helper()
	platform := runtime.GOOS + "_" + runtime.GOARCH
	archive := "terraform-provider-http_9.9.9_" + platform + ".zip"
	var content bytes.Buffer
	z := zip.NewWriter(&content)
	header := &zip.FileHeader{Name: "terraform-provider-http_v9.9.9", Method: zip.Store}
	header.SetMode(0o755)
	file, err := z.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(acctest.ReadFile(t, acctest.StandIn(t)))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(content.Bytes())
	sum := hex.EncodeToString(digest[:])
	sums := fmt.Appendf(nil, "%s  %s\n", sum, archive)
	key, signature := sign(t, sums)

	registry := &providerRegistry{}
	mux := http.NewServeMux()
	write := func(path string, body []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			registry.requests = append(registry.requests, r.URL.Path)
			if json.Valid(body) {
				w.Header().Set("Content-Type", "application/json")
			}
			_, _ = w.Write(body)
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	registry.url = server.URL
	marshal := func(value object) []byte {
		body, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	const provider = "/v1/providers/hashicorp/http/"
	write("/", []byte("unexpected request"))
	write(provider+"versions", marshal(object{"versions": []object{{
		"version": "9.9.9", "protocols": []string{"6.0"},
		"platforms": []object{{"os": runtime.GOOS, "arch": runtime.GOARCH}},
	}}}))
	write(provider+"9.9.9/download/"+runtime.GOOS+"/"+runtime.GOARCH, marshal(object{
		"protocols": []string{"6.0"}, "os": runtime.GOOS, "arch": runtime.GOARCH, "filename": archive,
		"download_url": server.URL + "/files/zip", "shasum": sum,
		"shasums_url": server.URL + "/files/sums", "shasums_signature_url": server.URL + "/files/sig",
		"signing_keys": object{"gpg_public_keys": []object{key}},
	}))
	write("/files/zip", content.Bytes())
	write("/files/sums", sums)
	write("/files/sig", signature)
	return registry
}

// sign signs content with a new key. It returns the public key in the format that registries use, and
// the signature.
func sign(t *testing.T, content []byte) (key object, signature []byte) {
	t.Helper()
	entity, err := openpgp.NewEntity("test", "", "test@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	var public, signed bytes.Buffer
	armored, err := armor.Encode(&public, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := entity.Serialize(armored); err != nil {
		t.Fatal(err)
	}
	if err := armored.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openpgp.DetachSign(&signed, entity, bytes.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
	return object{"key_id": entity.PrimaryKey.KeyIdString(), "ascii_armor": public.String()}, signed.Bytes()
}

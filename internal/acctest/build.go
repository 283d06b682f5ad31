package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

const module = "github.com/zitadel-tokens/terraform-provider-zitadel"

// registries contains the default registry of each CLI.
var registries = []string{"registry.terraform.io", "registry.opentofu.org"}

// ExecutableName returns the file name of an executable: name, with the extension .exe on Windows.
func ExecutableName(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// ProviderBinary returns the path of the provider binary. The binary is built once for all tests
// and, like a release, contains no debug information.
func ProviderBinary(t testing.TB) string {
	t.Helper()
	path, err := providerBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var providerBinary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "provider-")
	if err != nil {
		return "", err
	}
	temporaryFolders = append(temporaryFolders, folder)
	return build(module, filepath.Join(folder, ExecutableName("terraform-provider-zitadel")))
})

// build builds the package importPath, writes the binary to path, and returns path.
func build(importPath, path string) (string, error) {
	command := exec.CommandContext(context.Background(), "go", "build", "-ldflags=-s -w", "-o", path, importPath)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return path, nil
}

// StandIn returns the path of the binary of internal/standin, which stands in for other providers.
func StandIn(t testing.TB) string {
	t.Helper()
	path, err := standInBinary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var standInBinary = sync.OnceValues(func() (string, error) {
	provider, err := providerBinary()
	if err != nil {
		return "", err
	}
	return build(module+"/internal/standin", filepath.Join(filepath.Dir(provider), ExecutableName("standin")))
})

// pluginFolder returns a folder with the layout that -plugin-dir requires. It contains the
// provider and the stand-ins for all other providers that the examples use.
var pluginFolder = sync.OnceValues(func() (folder string, err error) {
	provider, err := providerBinary()
	if err != nil {
		return "", err
	}
	folder = filepath.Join(filepath.Dir(provider), "plugins")
	standIn, err := standInBinary()
	if err != nil {
		return "", err
	}
	for _, registry := range registries {
		for source, binary := range map[string]string{
			"zitadel-tokens/zitadel": provider,
			"hashicorp/http":         standIn,
			"hashicorp/kubernetes":   standIn,
			"hashicorp/vault":        standIn,
			"zitadel/zitadel":        standIn,
		} {
			platform := runtime.GOOS + "_" + runtime.GOARCH
			path := filepath.Join(folder, registry, filepath.FromSlash(source), "9.9.9", platform)
			if err := os.MkdirAll(path, 0o700); err != nil {
				return "", err
			}
			name := ExecutableName("terraform-provider-" + filepath.Base(source) + "_v9.9.9")
			if err := os.Link(binary, filepath.Join(path, name)); err != nil {
				return "", err
			}
		}
	}
	return folder, nil
})

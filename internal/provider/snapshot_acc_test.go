package provider_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The files of a release must be complete. The CLI must install the archive from a mirror, create a lock
// file, and reject a different provider with the same version.
func TestAccSnapshot(t *testing.T) {
	dist := os.Getenv("ZITADEL_TEST_DIST")
	if dist == "" {
		t.Skip("ZITADEL_TEST_DIST must be set to the folder of a release, which \"make test-snapshot\" builds")
	}
	found, err := filepath.Glob(filepath.Join(dist, "*_"+runtime.GOOS+"_"+runtime.GOARCH+".zip"))
	if err != nil || len(found) != 1 {
		t.Fatalf("archives for this platform: %v, want one (%v)", found, err)
	}
	archive := filepath.Base(found[0])
	version := strings.Split(archive, "_")[1]
	stem := strings.TrimSuffix(archive, ".zip")
	sums := checkSums(t, dist, "terraform-provider-zitadel_"+version)
	for _, name := range []string{
		archive, "terraform-provider-zitadel_" + version + "_manifest.json", stem + ".cdx.json",
	} {
		if sums[name] == "" {
			t.Errorf("SHA256SUMS does not contain %s: %v", name, sums)
		}
	}
	var materials struct {
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, filepath.Join(dist, stem+".cdx.json"))), &materials); err != nil {
		t.Fatal(err)
	}
	if !acctest.ContainsAll(fmt.Sprint(materials.Components), "github.com/go-jose/go-jose/v4 v4.", "{std go1.") {
		t.Errorf("the bill of materials is incomplete: %v", materials.Components)
	}

	mirror := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		at := filepath.Join(mirror, registry, "zitadel-tokens", "zitadel")
		if err := os.MkdirAll(at, 0o700); err != nil {
			t.Fatal(err)
		}
		acctest.WriteFile(t, at, archive, []byte(acctest.ReadFile(t, found[0])))
	}
	i := acctest.StartIssuer(t)
	c := acctest.NewWorkspace(
		t,
		"TF_CLI_CONFIG_FILE="+acctest.WriteFile(
			t,
			t.TempDir(),
			"cli.tfrc",
			fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror),
		),
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", i.World.Service.KeyJSON()),
	)
	acctest.WriteFile(t, c.Folder, "main.tf", fmt.Appendf(nil, `terraform {
  required_providers {
    zitadel = {
      source  = "zitadel-tokens/zitadel"
      version = %q
    }
  }
}

data "zitadel_access_token" "this" {}

output "format" { value = data.zitadel_access_token.this.token_format }
`, version))
	c.MustRun("init", "-no-color", "-input=false")
	locked := acctest.ReadFile(t, filepath.Join(c.Folder, ".terraform.lock.hcl"))
	if !acctest.ContainsAll(locked, `"`+version+`"`, `"h1:`) {
		t.Errorf("the lock file does not contain the version and a hash:\n%s", locked)
	}
	if output := c.MustRun("apply", "-no-color", "-auto-approve"); !acctest.ContainsAll(output, `format = "opaque"`) {
		t.Error(output)
	}
	c.MustRun("init", "-no-color", "-input=false", "-lockfile=readonly")

	// Replace the archive with a different provider of the same version.
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		at := filepath.Join(mirror, registry, "zitadel-tokens", "zitadel")
		if err := os.Remove(filepath.Join(at, archive)); err != nil {
			t.Fatal(err)
		}
		unpacked := filepath.Join(at, version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(unpacked, 0o700); err != nil {
			t.Fatal(err)
		}
		executable := filepath.Join(unpacked, acctest.ExecutableName("terraform-provider-zitadel_v"+version))
		if err := os.Link(acctest.ProviderBinary(t), executable); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(c.Folder, ".terraform")); err != nil {
		t.Fatal(err)
	}
	if output, err := c.Run("init", "-no-color", "-input=false"); err == nil ||
		!acctest.ContainsAll(acctest.Unwrap(output), "checksum") {
		t.Errorf("a different provider of the same version was not rejected: %v\n%s", err, output)
	}
}

// checkSums verifies the checksums of a release, and returns them, keyed by file name.
func checkSums(t *testing.T, dist, release string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for line := range strings.Lines(acctest.ReadFile(t, filepath.Join(dist, release+"_SHA256SUMS"))) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		at := filepath.Join(dist, name)
		if strings.HasSuffix(name, "_manifest.json") { // the release publishes this file under a different name
			at = filepath.Join("..", "..", "terraform-registry-manifest.json")
		}
		if got := sha256.Sum256([]byte(acctest.ReadFile(t, at))); hex.EncodeToString(got[:]) != sum {
			t.Errorf("the checksum of %s does not match SHA256SUMS", name)
		}
		sums[name] = sum
	}
	return sums
}

package provider_test

import (
	"crypto/rsa"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// signerCommands is a script that stands in for the signers' commands in the guide: aws, az, gcloud or
// vault, depending on the name under which it runs. It signs with the key in TF_VAR_private_key_file,
// and fails if FAIL is set.
const signerCommands = `#!/bin/sh
if [ -n "${FAIL-}" ]; then
  echo denied >&2
  exit 1
fi
case ${0##*/} in
aws) openssl dgst -sha256 -sign "$TF_VAR_private_key_file" unsigned | openssl base64 -A ;;
az)
  while [ "$1" != --digest ]; do shift; done
  printf %s "$2" | openssl base64 -d -A |
    openssl pkeyutl -sign -inkey "$TF_VAR_private_key_file" -pkeyopt digest:sha256 | openssl base64 -A
  ;;
gcloud) openssl dgst -sha256 -sign "$TF_VAR_private_key_file" -out signed unsigned ;;
vault)
  printf vault:v1:
  openssl base64 -d -A | openssl dgst -sha256 -sign "$TF_VAR_private_key_file" | openssl base64 -A
  ;;
esac
`

// signScripts returns the example's sign.sh script, which signs with openssl, and variants in which a
// signer's commands from the guide replace the line that signs. The scripts are keyed by the name of
// the command that signs.
func signScripts(t *testing.T) map[string]string {
	t.Helper()
	script := acctest.ReadFile(t, filepath.Join(exampleRoot, "guides", "keys-presigned", "sign.sh"))
	scripts := map[string]string{"openssl": script}
	guide := acctest.ReadFile(t, filepath.Join("..", "..", "templates", "guides", "keys.md.tmpl"))
	block := regexp.MustCompile("(?s)```sh\n([^`]*# AWS KMS.*?)```").FindStringSubmatch(guide)
	line := regexp.MustCompile(`(?m)^signature=.*\n`)
	if block == nil || len(line.FindAllString(script, -1)) != 1 {
		t.Fatal("the guide contains no commands, or the script does not contain exactly one line that signs")
	}
	prepare, commands, _ := strings.Cut(block[1], "\n\n")
	for _, paragraph := range strings.Split(commands, "\n\n") {
		command := regexp.MustCompile(`\b(aws|az|gcloud|vault) `).FindStringSubmatch(paragraph)
		if command == nil {
			t.Fatalf("no signer command in %s", paragraph)
		}
		scripts[command[1]] = line.ReplaceAllLiteralString(script, prepare+"\n"+paragraph+"\n")
	}
	if len(scripts) != 5 {
		t.Fatalf("found %d scripts, want 5", len(scripts))
	}
	return scripts
}

// Each script must print a valid assertion. If a variable is not set, or if the signer fails, the
// script must fail and print only an error.
func TestSignScripts(t *testing.T) {
	skipTable(t)
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the script requires a POSIX shell and openssl")
	}
	folder := t.TempDir()
	private := privateKey(t)
	for _, command := range []string{"aws", "az", "gcloud", "vault"} {
		path := acctest.WriteFile(t, folder, command, []byte(signerCommands))
		if err := os.Chmod(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	valid := []string{
		"PATH=" + folder + ":" + os.Getenv("PATH"), "ZITADEL_ISSUER=https://z.example", "TF_VAR_user_id=1",
		"TF_VAR_key_id=2", "TF_VAR_private_key_file=" + acctest.WriteFile(t, folder, "key.pem", privatePEM(t)),
	}
	without := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(valid), func(each string) bool { return strings.HasPrefix(each, name+"=") })
	}
	faults := map[string][]string{
		"no issuer": without("ZITADEL_ISSUER"), "no user ID": without("TF_VAR_user_id"),
		"no key ID": without("TF_VAR_key_id"), "empty key ID": append(slices.Clone(valid), "TF_VAR_key_id="),
		"no key file":      without("TF_VAR_private_key_file"),
		"missing key file": append(slices.Clone(valid), "TF_VAR_private_key_file=/no/such/file"),
		"signer fails":     append(slices.Clone(valid), "FAIL=1"),
	}
	for name, script := range signScripts(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := t.TempDir()
			acctest.WriteFile(t, at, "sign.sh", []byte(script))
			output, failure, err := runScript(t, at, valid)
			if err != nil {
				t.Fatalf("%v: %s", err, failure)
			}
			checkAssertion(t, strings.TrimSuffix(output, "\n"), &private.PublicKey)
			if entries, err := os.ReadDir(at); err != nil || len(entries) != 1 {
				t.Errorf("files after the run: %v (error %v), want only sign.sh", entries, err)
			}
			for what, environment := range faults {
				if name == "openssl" && what == "signer fails" {
					continue // the real openssl ignores FAIL
				}
				output, failure, err := runScript(t, at, environment)
				if err == nil || output != "" || failure == "" {
					t.Errorf("%s: error %v, output %q, error output %q; want a failure with error output only",
						what, err, output, failure)
				}
			}
		})
	}
}

// runScript runs sign.sh in folder, and returns its standard output and standard error.
func runScript(t *testing.T, folder string, environment []string) (output, failure string, err error) {
	t.Helper()
	var stderr strings.Builder
	command := exec.CommandContext(t.Context(), "sh", "sign.sh")
	command.Dir, command.Env, command.Stderr = folder, environment, &stderr
	stdout, err := command.Output()
	return string(stdout), stderr.String(), err
}

// checkAssertion checks that text is an assertion by user 1 with key ID 2, and that its signature is
// valid for the public key.
func checkAssertion(t *testing.T, text string, public *rsa.PublicKey) {
	t.Helper()
	assertion, err := key.ParseAssertion(key.NewSecret(text))
	if err != nil {
		t.Fatal(err)
	}
	if assertion.Subject != "1" || assertion.KeyID != "2" ||
		!slices.Equal(assertion.Audience, []string{"https://z.example"}) {
		t.Errorf("subject %q, key ID %q, audience %q; want 1, 2 and https://z.example",
			assertion.Subject, assertion.KeyID, assertion.Audience)
	}
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := signed.Verify(public)
	var claims map[string]any
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims["iss"] != "1" {
		t.Errorf("verification: error %v, claims %v; want issuer 1", err, claims)
	}
}

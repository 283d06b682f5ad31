package message_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// formsFolder contains keys in the forms in which users store them, such as base64. See its README.
const formsFolder = "../../key/testdata/forms"

// forms is the content of index.json in formsFolder.
type forms struct {
	Keys map[string]struct {
		File    string `json:"file"`
		KeyID   string `json:"keyId"`
		Subject string `json:"subject"`
	} `json:"keys"`
	Forms []struct {
		File string `json:"file"`
		Key  string `json:"key"`
		Code string `json:"code"`
		Text bool   `json:"text"`
	} `json:"forms"`
}

// readForms reads the index of formsFolder.
func readForms(t *testing.T) (index forms) {
	t.Helper()
	if err := json.Unmarshal(read(t, formsFolder+"/index.json"), &index); err != nil {
		t.Fatal(err)
	}
	return index
}

// read returns the content of a file.
func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// suggestion is an expression that a message suggests.
type suggestion struct {
	name       string
	expression string
	source     string // path of the file that contains the value that "..." stands for
	key        string // name of the expected key; "" if any key is valid
}

// suggestions returns the expressions that messages suggest if a user passes each form as a file or,
// if possible, as a string. It writes the files to folder.
func suggestions(t *testing.T, folder string) (all []suggestion) {
	t.Helper()
	for _, form := range readForms(t).Forms {
		if !hasSuggestion[form.Code] {
			continue
		}
		name := strings.TrimPrefix(form.File, "files/")
		file, owner := filepath.Join(folder, name), form.Key
		switch form.Code {
		case "key-json-is-pem":
			owner = "account"
		case "key-json-several":
			owner = ""
		}
		data := read(t, filepath.Join(formsFolder, form.File))
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := key.ReadFile(file)
		all = append(all, suggestion{name + " as a file", extract(t, errors.Unwrap(err)), file, owner})
		if form.Text {
			_, err := key.Parse(data)
			all = append(all, suggestion{name + " as a string", extract(t, err), file, owner})
		}
	}
	return all
}

// hasSuggestion contains the codes whose messages suggest an expression.
var hasSuggestion = map[string]bool{
	"key-json-wrapped": true, "key-json-several": true, "key-json-without-key": true, "key-json-is-pem": true,
	"key-member-encoded": true,
}

// extract returns the expression that an error's message suggests.
func extract(t *testing.T, err error) string {
	t.Helper()
	text := message.Sentences(err)
	_, rest, found := strings.Cut(text, "key_json = ")
	for _, end := range []string{" instead of key_file.", ", where ... is the current value."} {
		if expression, isEnd := strings.CutSuffix(rest, end); isEnd && found {
			return expression
		}
	}
	t.Fatalf("no expression in %q", text)
	return ""
}

// hcl replaces "..." in the expression with source, and fills in the IDs as a user would have to.
func (s suggestion) hcl(index forms, source string) string {
	account := index.Keys["account"]
	return strings.NewReplacer("...", source, `"KEY-ID"`, `"`+account.KeyID+`"`, `"USER-ID"`, `"`+account.Subject+`"`).
		Replace(s.expression)
}

// check fails the test unless value is the key JSON of the expected key.
func (s suggestion) check(t *testing.T, index forms, value string) {
	t.Helper()
	got, err := key.Parse([]byte(value))
	if err != nil {
		t.Fatalf("%s: unable to parse the result of %s: %v", s.name, s.expression, err)
	}
	if s.key == "" {
		return
	}
	want, err := key.Parse(read(t, filepath.Join(formsFolder, index.Keys[s.key].File)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Fingerprint() != want.Fingerprint() {
		t.Errorf("%s: the result of %s is a different key", s.name, s.expression)
	}
}

// privatePEM returns the private key in the named key JSON, in PEM format.
func privatePEM(t *testing.T, index forms, name string) string {
	t.Helper()
	var members map[string]string
	if err := json.Unmarshal(read(t, filepath.Join(formsFolder, index.Keys[name].File)), &members); err != nil {
		t.Fatal(err)
	}
	return members["key"]
}

// TestKeySuggestions checks that each suggested expression evaluates to the expected key.
func TestKeySuggestions(t *testing.T) {
	t.Parallel()
	index := readForms(t)
	all := suggestions(t, t.TempDir())
	const enough = 150
	if len(all) < enough {
		t.Errorf("got %d suggestions, want at least %d", len(all), enough)
	}
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			scope := acctest.Scope{Files: map[string]string{"private.pem": privatePEM(t, index, s.owner())}}
			if data := read(t, s.source); utf8.Valid(data) {
				scope.Value = string(data)
			}
			value, _ := acctest.Evaluate(t, s.hcl(index, "value"), scope).(string)
			s.check(t, index, value)
		})
	}
}

// owner returns the name of the key whose private key the file private.pem must contain.
func (s suggestion) owner() string {
	if s.key == "" {
		return "account"
	}
	return s.key
}

// TestAccKeySuggestions checks that the CLI evaluates each suggested expression to the expected key.
func TestAccKeySuggestions(t *testing.T) {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" || cli == "" {
		t.Skip("TF_ACC and TF_ACC_TERRAFORM_PATH are not set")
	}
	index, folder := readForms(t), t.TempDir()
	all := suggestions(t, folder)
	var b strings.Builder
	for i, s := range all {
		private := filepath.Join(folder, s.owner()+".pem")
		if err := os.WriteFile(private, []byte(privatePEM(t, index, s.owner())), 0o600); err != nil {
			t.Fatal(err)
		}
		expression := s.hcl(index, fmt.Sprintf("file(%q)", s.source))
		expression = strings.ReplaceAll(expression, `file("private.pem")`, fmt.Sprintf("file(%q)", private))
		fmt.Fprintf(&b, "output \"s%d\" {\n  value = %s\n}\n", i, expression)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, cli, folder, "apply", "-auto-approve", "-no-color")
	var outputs map[string]struct{ Value string }
	if err := json.Unmarshal(run(t, cli, folder, "output", "-json"), &outputs); err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		s.check(t, index, outputs[fmt.Sprintf("s%d", i)].Value)
	}
}

// run runs the CLI in a folder and returns its standard output.
func run(t *testing.T, cli, folder string, arguments ...string) []byte {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), cli, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1")
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %.3000s", arguments[0], err, stderr.String())
	}
	return output
}

// TestKeyMessages checks that the message about each form is complete, and does not quote the form.
func TestKeyMessages(t *testing.T) {
	t.Parallel()
	for _, form := range readForms(t).Forms {
		if form.Code == "" {
			continue
		}
		data := read(t, filepath.Join(formsFolder, form.File))
		_, err := key.Parse(data)
		_, fileError := key.ReadFile(filepath.Join(formsFolder, form.File))
		for _, err := range []error{err, fileError} {
			for _, f := range fault.All(err) {
				text := message.Advice(f)
				for _, odd := range []string{"{{", "no value", "  ", "\n", "%!", "%s"} {
					if strings.Contains(text, odd) {
						t.Errorf("%s: the message contains %q: %q", form.File, odd, text)
					}
				}
				if text == f.Error() || !strings.HasSuffix(text, ".") {
					t.Errorf("%s: %q is not a complete message", form.File, text)
				}
				checkNoPart(t, text, data)
			}
		}
	}
}

// checkNoPart fails the test if text contains a sequence of at least 24 base64 characters that also
// occurs in data, because the sequence might be part of a key. It also fails the test if text
// contains the word CANARY, which marks secrets.
func checkNoPart(t *testing.T, text string, data []byte) {
	t.Helper()
	for _, found := range regexp.MustCompile(`[A-Za-z0-9+/]{24,}`).FindAllString(text, -1) {
		if strings.Contains(string(data), found) {
			t.Errorf("the message contains %q: %q", found, text)
		}
	}
	if strings.Contains(text, "CANARY") {
		t.Errorf("the message contains a secret: %q", text)
	}
}

func TestKeyMessageTexts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault *fault.Fault
		want  string
	}{
		"base64": {
			fault.New("key-json-wrapped", "steps", []string{"base64"}),
			`The key JSON is wrapped: it is in base64. ` +
				`Write key_json = base64decode(...), where ... is the current value.`,
		},
		"base64 in a file": {
			fault.New("key-json-wrapped", "steps", []string{"base64"}, "path", `C:\${x}.b64`),
			`The key JSON is wrapped: it is in base64. ` +
				`Write key_json = base64decode(file("C:\\$${x}.b64")) instead of key_file.`,
		},
		"UTF-16 in a file": {
			fault.New("key-json-wrapped", "steps", []string{"utf-16le"}, "path", "key.json"),
			`The key JSON is wrapped: it is in UTF-16. ` +
				`Write key_json = textdecodebase64(filebase64("key.json"), "UTF-16LE") instead of key_file.`,
		},
		"Vault": {
			fault.New("key-json-wrapped", "steps", []string{"json", "member:data", "member:data", "encode"}),
			`The key JSON is wrapped: it is in member "data.data" of a JSON document. ` +
				`Write key_json = jsonencode(jsondecode(...).data.data), where ... is the current value.`,
		},
		"Kubernetes": {
			fault.New("key-json-wrapped", "steps", []string{"json", "member:data", "member:key.json", "base64"}),
			`The key JSON is wrapped: it is in base64, in member data["key.json"] of a JSON document. ` +
				`Write key_json = base64decode(jsondecode(...).data["key.json"]), where ... is the current value.`,
		},
		"twice": {
			fault.New("key-json-wrapped", "steps", []string{"json", "member:a-b", "base64", "pad:=", "base64"}),
			`The key JSON is wrapped: it is in base64 twice, in member "a-b" of a JSON document. ` +
				`Write key_json = base64decode("${base64decode(jsondecode(...)["a-b"])}="), where ... is the current value.`,
		},
		"truncated": {
			fault.New("key-json-truncated", "bytes", 675, "line", 1, "column", 675, "steps", []string{"base64"}),
			`The key JSON is truncated (in base64): it ends after 675 bytes of decoded text, at line 1, column 675, ` +
				`before the end of the JSON. Copy the whole key JSON again. If it is lost, create a new key.`,
		},
		"without key": {
			fault.New("key-json-without-key", "steps", []string{"json", "member:keyDetails", "base64"}),
			`The key JSON (in base64, in member "keyDetails" of a JSON document) contains no private key. ` +
				`ZITADEL returns such a key JSON if the public key was uploaded. ` +
				`Add your own private key: write key_json = ` +
				`jsonencode(merge(jsondecode(base64decode(jsondecode(...).keyDetails)), { key = file("private.pem") })), ` +
				`where ... is the current value.`,
		},
		"member": {
			fault.New("key-is-public", "member", "key"),
			`Member "key" is a public key. Signing requires the private key. ` +
				`Use the unchanged key JSON that ZITADEL issued. If it is lost, create a new key in ZITADEL.`,
		},
		"inside": {
			fault.New("key-json-is-jwt", "steps", []string{"json", "element:0"}),
			`The key JSON is a JWT (in element [0] of a JSON document), not a key. If it is an assertion that was signed ` +
				`elsewhere, set assertion instead of key_json or key_file. If it is an access token, use it where a token ` +
				`is expected.`,
		},
	}
	for name, test := range tests {
		if got := message.Advice(test.fault); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

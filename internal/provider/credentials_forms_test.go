package provider_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// keyForm describes a file in internal/key/testdata/forms. The file contains a key in one of the forms
// in which users store keys, or something else that users mistake for a key.
type keyForm struct {
	File string `json:"file"`
	Key  string `json:"key"`  // name of the key in the file; "" if the file contains no key
	Code string `json:"code"` // code of the first fault; "" if the form is accepted
	Text bool   `json:"text"` // whether the content of the file can be passed as a string
}

// keyForms returns the path of internal/key/testdata/forms, the forms in it, and a map from the names of
// the keys to their key IDs.
func keyForms(t *testing.T) (folder string, forms []keyForm, keyIDs map[string]string) {
	t.Helper()
	folder = filepath.Join("..", "key", "testdata", "forms")
	var index struct {
		Keys map[string]struct {
			KeyID string `json:"keyId"`
		} `json:"keys"`
		Forms []keyForm `json:"forms"`
	}
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, filepath.Join(folder, "index.json"))), &index); err != nil {
		t.Fatal(err)
	}
	keyIDs = map[string]string{}
	for name, key := range index.Keys {
		keyIDs[name] = key.KeyID
	}
	if len(index.Forms) < 90 {
		t.Fatalf("%d forms, want at least 90", len(index.Forms))
	}
	return folder, index.Forms, keyIDs
}

// All arguments for a key must accept the same forms, and must reject any other form with the same code.
func TestKeyForms(t *testing.T) {
	t.Parallel()
	skipTable(t)
	folder, forms, keyIDs := keyForms(t)
	p := startConfigured(t, object{"issuer": "https://z.example", "client_id": "a", "client_secret": "b"})
	for _, form := range forms {
		file := filepath.Join(folder, filepath.FromSlash(form.File))
		t.Run(strings.TrimPrefix(form.File, "files/"), func(t *testing.T) {
			t.Parallel()
			arguments := []object{{"key_file": file}}
			// The schema rejects an empty argument.
			if content := acctest.ReadFile(t, file); form.Text && content != "" {
				arguments = append(arguments, object{"key_json": content})
			}
			for _, argument := range arguments {
				checkKeyInfo(t, p, form, keyIDs, argument)
				checkSigner(t, p, form, keyIDs, argument)
				checkRequester(t, p, form, keyIDs, argument)
				checkRevoker(t, p, form, argument)
				inProvider := maps.Clone(argument)
				inProvider["issuer"] = "https://z.example"
				checkKeyInfo(t, startConfigured(t, inProvider), form, keyIDs, nil)
			}
		})
	}
}

// The environment variables for a key must accept and reject the same forms as the arguments.
func TestKeyFormsInVariables(t *testing.T) {
	skipTable(t)
	folder, forms, keyIDs := keyForms(t)
	for _, form := range forms {
		file := filepath.Join(folder, filepath.FromSlash(form.File))
		variables := map[string]string{"ZITADEL_KEY_FILE": file}
		// An empty variable counts as unset.
		if content := acctest.ReadFile(t, file); form.Text && content != "" {
			variables["ZITADEL_KEY_JSON"] = content
		}
		for variable, value := range variables {
			t.Run(strings.TrimPrefix(form.File, "files/")+"/"+variable, func(t *testing.T) {
				t.Setenv(variable, value)
				checkKeyInfo(t, startConfigured(t, object{"issuer": "https://z.example"}), form, keyIDs, nil)
			})
		}
	}
}

// checkKeyInfo reads zitadel_key_info with a form, as a data source and as an ephemeral resource. It
// checks that the result contains the key ID, or that the form is rejected.
func checkKeyInfo(t *testing.T, p *acctest.Process, form keyForm, keyIDs map[string]string, block object) {
	t.Helper()
	for _, kind := range acctest.Kinds {
		result, found := p.Read(kind, "zitadel_key_info", block)
		checkForm(t, form, keyIDs[form.Key], result["key_id"], found)
	}
}

// checkSigner reads zitadel_client_assertion with a form. It checks that the result contains the key
// ID, or that the form is rejected. A service account key without an ID can sign, so it is accepted.
func checkSigner(t *testing.T, p *acctest.Process, form keyForm, keyIDs map[string]string, credentials object) {
	t.Helper()
	result, found := p.Read("data", "zitadel_client_assertion", object{"credentials": credentials})
	checkForm(t, form, keyIDs[form.Key], result["key_id"], found)
}

// checkForm checks the outcome of reading a block with a form. If form.Code is empty, there must be no
// diagnostics, and got, the key ID in the result, must equal keyID. Otherwise, the diagnostics must
// contain form.Code.
func checkForm(t *testing.T, form keyForm, keyID string, got any, found acctest.Diagnostics) {
	t.Helper()
	if form.Code == "" {
		if id, _ := got.(string); len(found) > 0 || id != keyID {
			t.Errorf("got key ID %v, want %q; diagnostics: %v", got, keyID, found)
		}
		return
	}
	if codes := codesOf(found); !slices.Contains(codes, form.Code) {
		t.Errorf("codes %q, want %s", codes, form.Code)
	}
}

// checkRequester checks that zitadel_access_token rejects a form with the expected code. Accepted forms
// are skipped unless the key has no ID, which zitadel_access_token must reject.
func checkRequester(t *testing.T, p *acctest.Process, form keyForm, keyIDs map[string]string, credentials object) {
	t.Helper()
	if form.Code == "" && keyIDs[form.Key] == "" {
		form.Code = "key-id-missing"
	}
	if form.Code == "" {
		return
	}
	_, found := p.Read("data", "zitadel_access_token", object{"credentials": credentials})
	checkForm(t, form, "", nil, found)
}

// checkRevoker checks that revoke_with rejects a form with the expected code. Accepted forms are
// skipped: revoke_with does not accept a service account key, and with an application key, the block
// would send requests.
func checkRevoker(t *testing.T, p *acctest.Process, form keyForm, revoker object) {
	t.Helper()
	if form.Code == "" {
		return
	}
	_, found := p.Read("ephemeral", "zitadel_access_token", object{"revoke_with": revoker})
	checkForm(t, form, "", nil, found)
}

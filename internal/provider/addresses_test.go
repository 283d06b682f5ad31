package provider_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// addressForm is a form of an address in the corpus of package zitadel.
type addressForm struct{ acctest.Form }

func addressForms(t *testing.T) (forms []addressForm) {
	t.Helper()
	for _, f := range acctest.ReadForms(t, filepath.Join("..", "zitadel", "testdata", "addresses"), 150) {
		forms = append(forms, addressForm{f})
	}
	return forms
}

// argument returns the name of the argument that the form is for.
func (f addressForm) argument() string { return f.Arguments[0] }

// block returns a provider block without the argument of the form, but with the
// other arguments that are required.
func (f addressForm) block() object {
	block := object{"key_json": acctest.ServiceKey()}
	if f.argument() == "connect_url" {
		block["issuer"] = "https://z.example"
	}
	maps.Copy(block, f.Beside)
	return block
}

// corrected returns provider blocks with the values that the fault suggests.
func (f addressForm) corrected() (blocks []object) {
	for _, name := range []string{"suggestion", "plain"} {
		if suggestion, ok := f.Values[name].(string); ok {
			block := f.block()
			block[f.argument()] = suggestion
			if port, ok := f.Values["port"]; ok {
				block["port"] = port
			}
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// check checks the diagnostics of an invalid form: the message contains the
// suggested values, and no secret.
func (f addressForm) check(t *testing.T, found acctest.Diagnostics) {
	t.Helper()
	if len(found) != 1 || strings.Contains(found.String(), "canary") {
		t.Errorf("%v", found)
	}
	acctest.CheckContains(t, found, "ERROR", "["+f.Code+"]")
	for _, name := range []string{"suggestion", "plain", "port"} {
		if suggestion, ok := f.Values[name].(string); ok {
			acctest.CheckContains(t, found, suggestion)
		}
	}
}

// checkIssuer checks the issuer that a process is configured with.
func (f addressForm) checkIssuer(t *testing.T, p *acctest.Process) {
	t.Helper()
	if f.argument() == "connect_url" {
		return
	}
	_, claims := acctest.DecodeJWT(t, p.MustRead("data", "zitadel_client_assertion", nil)["assertion"])
	if claims["aud"] != f.Value {
		t.Errorf("the issuer is %q, not %q", claims["aud"], f.Value)
	}
}

// Each form is accepted, or rejected with a code. If the intended value is certain, the
// message also suggests it, and the provider accepts the suggestion.
func TestAddresses(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for _, f := range addressForms(t) {
		t.Run(f.Name(), func(t *testing.T) {
			t.Parallel()
			p, block := startProvider(t), f.block()
			block[f.argument()] = f.Text
			found := p.Configure(block)
			if f.Code == "" {
				if len(found) > 0 {
					t.Fatal(found)
				}
				f.checkIssuer(t, p)
				return
			}
			f.check(t, found)
			acctest.CheckContains(t, found, "ERROR ["+f.argument()+"]")
			for _, block := range f.corrected() {
				startConfigured(t, block)
			}
		})
	}
}

// A variable accepts the same forms as its argument. Invalid forms are reported by the
// blocks that use the variable, with its name.
func TestAddressVariables(t *testing.T) {
	skipTable(t)
	for _, f := range addressForms(t) {
		if f.Text == "" {
			continue // an empty variable is not set
		}
		t.Run(f.Name(), func(t *testing.T) {
			variable := "ZITADEL_" + strings.ToUpper(f.argument())
			t.Setenv(variable, f.Text)
			p := startConfigured(t, f.block())
			if f.Code == "" {
				f.checkIssuer(t, p)
				return
			}
			for _, kind := range acctest.Kinds {
				_, found := p.Read(kind, "zitadel_access_token", nil)
				f.check(t, found)
				acctest.CheckContains(t, found, "ERROR []", variable)
			}
			for _, block := range f.corrected() {
				for name, value := range block {
					if text, isText := value.(string); isText && (name == f.argument() || name == "port") {
						t.Setenv("ZITADEL_"+strings.ToUpper(name), text)
						delete(block, name)
					}
				}
				startConfigured(t, block).MustRead("data", "zitadel_client_assertion", nil)
			}
		})
	}
}

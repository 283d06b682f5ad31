package provider_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// addressForm is an entry in package zitadel's corpus of address forms.
type addressForm struct{ acctest.Form }

// addressForms reads the corpus of address forms.
func addressForms(t *testing.T) (forms []addressForm) {
	t.Helper()
	for _, f := range acctest.ReadForms(t, filepath.Join("..", "zitadel", "testdata", "addresses"), 150) {
		forms = append(forms, addressForm{f})
	}
	return forms
}

// argument returns the name of the provider argument to which the form applies.
func (f addressForm) argument() string { return f.Arguments[0] }

// block returns a provider block that sets all required arguments except f.argument().
func (f addressForm) block() object {
	block := object{"key_json": acctest.ServiceKey()}
	if f.argument() == "connect_url" {
		block["issuer"] = "https://z.example"
	}
	maps.Copy(block, f.Beside)
	return block
}

// corrected returns one provider block for each value that the error message suggests.
func (f addressForm) corrected() (blocks []object) {
	for _, name := range []string{"suggestion", "plain"} {
		if suggestion, ok := f.Values[name].(string); ok {
			block := f.block()
			block[f.argument()] = suggestion
			if port, ok := f.Values["port"]; ok {
				block["port"] = port
			}
			if insecure, ok := f.Values["insecure"]; ok {
				block["insecure"] = insecure == "true"
			}
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// check reports an error unless found contains exactly one diagnostic: an error with the
// code of the form and the suggested values, but without a secret. insecure is the text
// before the suggested value of insecure, such as "insecure = ".
func (f addressForm) check(t *testing.T, found acctest.Diagnostics, insecure string) {
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
	if value, ok := f.Values["insecure"].(string); ok {
		acctest.CheckContains(t, found, insecure+value)
	}
}

// checkIssuer reports an error unless p is configured with the issuer that the form specifies.
// It does nothing for a form of connect_url, or if the form specifies none.
func (f addressForm) checkIssuer(t *testing.T, p *acctest.Process) {
	t.Helper()
	if f.argument() == "connect_url" || f.Value == "" {
		return
	}
	_, claims := acctest.DecodeJWT(t, p.MustRead("data", "zitadel_client_assertion", nil)["assertion"])
	if claims["aud"] != f.Value {
		t.Errorf("issuer %q, want %q", claims["aud"], f.Value)
	}
}

// Each form is either accepted or rejected with a code. If the intended value is certain,
// the message suggests it, and the provider accepts the suggested value.
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
			f.check(t, found, "insecure = ")
			acctest.CheckContains(t, found, "ERROR ["+f.argument()+"]")
			for _, block := range f.corrected() {
				f.checkIssuer(t, startConfigured(t, block))
			}
		})
	}
}

// An environment variable accepts the same forms as its argument. If the value is invalid,
// each block that uses the variable reports an error with the variable's name.
func TestAddressVariables(t *testing.T) {
	skipTable(t)
	for _, f := range addressForms(t) {
		if f.Text == "" {
			continue // an empty variable counts as unset
		}
		t.Run(f.Name(), func(t *testing.T) {
			variable := "ZITADEL_" + strings.ToUpper(f.argument())
			t.Setenv(variable, f.Text)
			p := startConfigured(t, f.block())
			if f.Code == "" {
				f.checkIssuer(t, p)
				return
			}
			insecure := "ZITADEL_INSECURE="
			if f.Beside["insecure"] != nil {
				insecure = "insecure = " // the provider block sets it, so the variable has no effect
			}
			for _, kind := range acctest.Kinds {
				_, found := p.Read(kind, "zitadel_access_token", nil)
				f.check(t, found, insecure)
				acctest.CheckContains(t, found, "ERROR []", variable)
			}
			for _, block := range f.corrected() {
				for name, value := range block {
					isSuggested := name == f.argument() || name == "port" || name == "insecure" && f.Beside["insecure"] == nil
					if isSuggested {
						t.Setenv("ZITADEL_"+strings.ToUpper(name), fmt.Sprint(value))
						delete(block, name)
					}
				}
				p := startConfigured(t, block)
				p.MustRead("data", "zitadel_client_assertion", nil)
				f.checkIssuer(t, p)
			}
		})
	}
}

// If domain is the URL of an instance that uses plain HTTP, the provider can be used after all
// assignments that the message suggests have been applied.
func TestDomainIsURL(t *testing.T) {
	i := acctest.StartIssuer(t)
	t.Run("argument", func(t *testing.T) {
		block := object{"domain": i.URL}
		found := startProvider(t).Configure(block)
		acctest.CheckContains(t, found, "ERROR [domain]", "[domain-invalid]")
		for _, match := range regexp.MustCompile(`(\w+) = ("[^"]+"|true|false)`).FindAllStringSubmatch(found.String(), -1) {
			block[match[1]] = acctest.Evaluate(t, match[2], acctest.Scope{})
		}
		startConfigured(t, block).MustRead("data", "zitadel_jwks", nil)
	})
	t.Run("variable", func(t *testing.T) {
		t.Setenv("ZITADEL_DOMAIN", i.URL)
		_, found := startConfigured(t, nil).Read("data", "zitadel_jwks", nil)
		acctest.CheckContains(t, found, "ERROR []", "[domain-invalid]")
		for _, match := range regexp.MustCompile(`(ZITADEL_\w+)=(\S*[^\s,.])`).FindAllStringSubmatch(found.String(), -1) {
			t.Setenv(match[1], match[2])
		}
		startConfigured(t, nil).MustRead("data", "zitadel_jwks", nil)
	})
}

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

// addressForm is one of the forms in which users write an address.
type addressForm struct{ acctest.Form }

// addressForms reads the forms in internal/zitadel/testdata/addresses.
func addressForms(t *testing.T) (forms []addressForm) {
	t.Helper()
	for _, f := range acctest.ReadForms(t, filepath.Join("..", "zitadel", "testdata", "addresses"), 150) {
		forms = append(forms, addressForm{f})
	}
	return forms
}

// argument returns the name of the provider argument that the form is for.
func (f addressForm) argument() string { return f.Arguments[0] }

// block returns a provider block that sets everything that the form requires, except f.argument().
func (f addressForm) block() object {
	block := object{"key_json": acctest.ServiceKey()}
	if f.argument() == "connect_url" {
		block["issuer"] = "https://z.example"
	}
	maps.Copy(block, f.Beside)
	return block
}

// corrected returns a provider block for each value that the error message must suggest.
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

// check reports an error unless found contains exactly one diagnostic: an error that contains the
// form's code and all suggested values, but no secret. insecurePrefix is the text in front of the
// value that is suggested for insecure, such as "insecure = ".
func (f addressForm) check(t *testing.T, found acctest.Diagnostics, insecurePrefix string) {
	t.Helper()
	if len(found) != 1 || strings.Contains(found.String(), "canary") {
		t.Errorf("got %v, want one diagnostic without a secret", found)
	}
	acctest.CheckContains(t, found, "ERROR", "["+f.Code+"]")
	for _, name := range []string{"suggestion", "plain", "port"} {
		if suggestion, ok := f.Values[name].(string); ok {
			acctest.CheckContains(t, found, suggestion)
		}
	}
	if value, ok := f.Values["insecure"].(string); ok {
		acctest.CheckContains(t, found, insecurePrefix+value)
	}
}

// checkIssuer reports an error unless p is configured with the issuer that the form specifies.
// It does nothing if the form specifies no issuer, or if the form is for connect_url.
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

// Each form must be either accepted or rejected with a code. If the intended value is certain,
// the message must suggest it, and the provider must accept the suggested value.
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

// An environment variable must accept the same forms as its argument. If the value is invalid,
// each block that uses the variable must report an error with the variable's name.
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
			insecurePrefix := "ZITADEL_INSECURE="
			if f.Beside["insecure"] != nil {
				insecurePrefix = "insecure = " // the variable has no effect, because the provider block sets insecure
			}
			for _, kind := range acctest.Kinds {
				_, found := p.Read(kind, "zitadel_access_token", nil)
				f.check(t, found, insecurePrefix)
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

// If domain is set to the URL of a plain HTTP instance, the message suggests several assignments. The
// provider must work once all of them have been applied.
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

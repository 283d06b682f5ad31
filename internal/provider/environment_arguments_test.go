package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// valueForms returns the forms in internal/acctest/testdata/values, by provider argument. It returns no
// forms for the address arguments, because theirs are in internal/zitadel/testdata/addresses.
func valueForms(t *testing.T) map[string][]acctest.Form {
	t.Helper()
	forms := map[string][]acctest.Form{"issuer": nil, "domain": nil, "port": nil, "connect_url": nil}
	for _, form := range acctest.ReadForms(t, filepath.Join("..", "acctest", "testdata", "values"), 80) {
		for _, argument := range form.Arguments {
			forms[argument] = append(forms[argument], form)
		}
	}
	return forms
}

// blockWithout returns a provider block to which a test can add the given argument, or which an
// environment variable can complete. The block sets no argument that conflicts with the given one.
func blockWithout(argument, issuer string) object {
	block := object{"issuer": issuer, "key_json": acctest.ServiceKey(), "max_retries": 0}
	switch argument {
	case "insecure":
		domain, port, _ := strings.Cut(strings.TrimPrefix(issuer, "http://"), ":")
		block["domain"], block["port"] = domain, port
		delete(block, "issuer")
	case "key_file", "client_id", "assertion":
		delete(block, "key_json")
	case "client_secret":
		delete(block, "key_json")
		block["client_id"] = "a"
	}
	delete(block, argument)
	return block
}

// In the provider block, each form of a string argument must be either accepted or rejected with
// a code. If the message suggests a value, the provider must accept that value.
func TestValues(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for argument, forms := range valueForms(t) {
		if slices.Contains([]string{"insecure", "insecure_skip_verify_tls", "max_retries"}, argument) {
			continue // the CLI converts the values of these arguments to booleans and numbers
		}
		for _, form := range forms {
			t.Run(argument+" "+form.Name(), func(t *testing.T) {
				t.Parallel()
				configure := func(text string) acctest.Diagnostics {
					block := blockWithout(argument, "http://127.0.0.1:1")
					block[argument] = text
					switch argument {
					case "client_id":
						block["client_secret"] = "a"
					case "client_cert_pem":
						block["client_key_pem"] = "a"
					case "client_key_pem":
						block["client_cert_pem"] = "a"
					}
					p := startProvider(t)
					found := p.Configure(block)
					if len(found) == 0 && form.Code != "" {
						_, found = p.Read("data", "zitadel_access_token", nil)
					}
					return found
				}
				found := configure(form.Text)
				if form.Code == "" {
					if len(found) > 0 {
						t.Error(found)
					}
					return
				}
				if strings.Contains(found.String(), "canary") {
					t.Errorf("the diagnostics contain a secret: %v", found)
				}
				acctest.CheckContains(t, found, "ERROR", argument, "["+form.Code+"]", form.Suggestion())
				if found := configure(form.Suggestion()); form.Suggestion() != "" && len(found) > 0 {
					acctest.CheckContains(t, found, "[connection-refused]") // the provider accepted the value
				}
			})
		}
	}
}

// describedVariables returns the environment variables that the description of an argument names.
func describedVariables(argument string) (names []string) {
	description := acctest.Attributes(providerSchemas().Provider)[argument].Description
	_, byDefault, _ := strings.Cut(description, "Defaults to the environment variable ")
	for _, part := range strings.Split(byDefault, "`") {
		if strings.HasPrefix(part, "ZITADEL_") {
			names = append(names, part)
		}
	}
	return names
}

// Every argument except transport_headers must have an environment variable, and its description must
// name the variable. A block that needs the argument must report an invalid value together with the
// name of the variable. If the message suggests a value, that value must be accepted.
func TestVariableOfEachArgument(t *testing.T) {
	skipTable(t)
	forms := valueForms(t)
	for name := range acctest.Attributes(providerSchemas().Provider) {
		names := describedVariables(name)
		if name == "transport_headers" {
			if len(names) > 0 {
				t.Errorf("the description of %s names the variables %q, want none", name, names)
			}
			continue
		}
		listed, isListed := forms[name]
		if !isListed || !slices.Contains(names, "ZITADEL_"+strings.ToUpper(name)) {
			t.Errorf("%s: the description names the variables %q; valueForms lists the argument: %t", name, names, isListed)
		}
		for _, variable := range names {
			for _, form := range listed {
				t.Run(variable+" "+form.Name(), func(t *testing.T) { checkVariable(t, name, variable, form) })
			}
		}
	}
}

// checkVariable sets one of an argument's environment variables to a form, and reports an error unless
// the form is accepted, or rejected with the code that it specifies.
func checkVariable(t *testing.T, argument, variable string, form acctest.Form) {
	t.Helper()
	i := acctest.StartIssuer(t)
	if argument == "client_id" {
		t.Setenv("ZITADEL_CLIENT_SECRET", "a")
	}
	block := blockWithout(argument, i.URL)
	read := func(kind, text string) acctest.Diagnostics {
		t.Setenv(variable, text)
		_, found := startConfigured(t, block).Read(kind, "zitadel_access_token", nil)
		return found
	}
	if form.Code == "" {
		if found := read("data", form.Text); strings.Contains(found.String(), "[variable-invalid]") {
			t.Error(found)
		}
		return
	}
	for _, kind := range acctest.Kinds {
		found := read(kind, form.Text)
		if len(found) != 1 || strings.Contains(found.String(), "canary") {
			t.Errorf("got %v, want one diagnostic without a secret", found)
		}
		acctest.CheckContains(t, found, "ERROR []", variable, "["+form.Code+"]", form.Suggestion())
		if slices.Contains(append(surplusCodes, "token-header"), form.Code) && acctest.ExpressionIn(found.String()) != "" {
			t.Errorf("the message suggests an expression, which a variable cannot contain: %v", found)
		}
	}
	if n := i.Connections(); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
	if form.Suggestion() != "" {
		if found := read("data", form.Suggestion()); strings.Contains(found.String(), "[variable-invalid]") {
			t.Errorf("the suggestion %q is rejected: %v", form.Suggestion(), found)
		}
	}
	// An argument of the provider block overrides the variable.
	value := map[string]any{
		"max_retries": 3, "insecure_skip_verify_tls": false,
		"assertion_lifetime": "5m", "key_expiry_warning": "5m", "request_timeout": "5m",
	}[argument]
	if value != nil {
		t.Setenv(variable, form.Text)
		block[argument] = value
		startConfigured(t, block).MustRead("data", "zitadel_access_token", nil)
	}
}

// If environment variables set the address, the TLS certificates, the credentials and the limits, the
// provider block must not need any argument.
func TestConfigurationByVariables(t *testing.T) {
	i := acctest.StartNamedIssuer(t)
	soon := time.Now().Add(time.Hour)
	server := acctest.NewCertificate(t, acctest.NamedHost, soon)
	client := acctest.NewCertificate(t, "client.example", soon)
	for name, value := range map[string]string{
		"ISSUER": "https://" + acctest.NamedHost, "CONNECT_URL": acctest.StartTLSServer(t, i, server, client, nil).URL,
		"CA_CERT_PEM": "\n" + server.PEM + "\n", "CLIENT_CERT_PEM": client.PEM, "CLIENT_KEY_PEM": client.KeyPEM,
		"KEY_JSON": acctest.ServiceKey(), "ASSERTION_LIFETIME": "7m", "MAX_RETRIES": "1", "REQUEST_TIMEOUT": "29s",
		"KEY_EXPIRY_WARNING": "0s", "INSECURE": "false", "INSECURE_SKIP_VERIFY_TLS": "0",
	} {
		t.Setenv("ZITADEL_"+name, value)
	}
	p := startConfigured(t, nil)
	p.MustRead("data", "zitadel_access_token", nil)
	_, claims := acctest.DecodeJWT(t, i.Last(optest.Token).Form.Get("assertion"))
	issued, _ := claims["iat"].(float64)
	expires, _ := claims["exp"].(float64)
	if lifetime := time.Duration(expires-issued) * time.Second; lifetime < 7*time.Minute ||
		lifetime > 7*time.Minute+10*time.Second {
		t.Errorf("the assertion is valid for %s, want 7m to 7m10s", lifetime)
	}
	i.Fail(optest.UserInfo, 2, response(503, ""))
	_, found := p.Read("data", "zitadel_userinfo", object{"token": "a"})
	acctest.CheckContains(t, found, "ERROR", "(2 attempts)")
}

// The variables for the address and for the client certificate must work in combination with arguments
// of the provider block. Invalid combinations must be reported.
func TestAddressByVariables(t *testing.T) {
	skipTable(t)
	i := acctest.StartIssuer(t)
	domain, port, _ := strings.Cut(strings.TrimPrefix(i.URL, "http://"), ":")
	for name, c := range map[string]struct {
		environment map[string]string
		block       object
		texts       []string // expected in the error; nil if there is none
	}{
		"all variables":                  {map[string]string{"DOMAIN": domain, "PORT": port, "INSECURE": "true"}, nil, nil},
		"port variable, domain argument": {map[string]string{"PORT": port}, object{"domain": domain, "insecure": true}, nil},
		"insecure variable, domain argument": {
			map[string]string{"INSECURE": "1"}, object{"domain": domain, "port": port}, nil,
		},
		"port argument overrides variable": {
			map[string]string{"DOMAIN": domain, "PORT": "1"}, object{"port": port, "insecure": true}, nil,
		},
		"issuer variable, domain argument": {
			map[string]string{"ISSUER": "https://wrong.example"}, object{"domain": domain, "port": port, "insecure": true}, nil,
		},
		"port variable, issuer argument": {map[string]string{"PORT": "1"}, object{"issuer": i.URL}, nil},
		"empty counts as unset": {
			map[string]string{"PORT": "", "INSECURE": "", "MAX_RETRIES": "", "CA_CERT_PEM": ""},
			object{"issuer": i.URL}, nil,
		},
		"port variable, issuer variable": {
			map[string]string{"ISSUER": i.URL, "PORT": port}, nil,
			[]string{"ZITADEL_ISSUER and ZITADEL_PORT", "[variables-combined]"},
		},
		"insecure variable, https argument": {
			map[string]string{"INSECURE": "true"}, object{"issuer": "https://z.example"},
			[]string{"ZITADEL_INSECURE", "[insecure-with-https]"},
		},
		"https variable, insecure argument": {
			map[string]string{"ISSUER": "https://z.example"}, object{"insecure": true},
			[]string{"ZITADEL_ISSUER", "[insecure-with-https]"},
		},
		"plain HTTP": {
			map[string]string{"HOST": "http://z.example"}, nil, []string{"ZITADEL_HOST", "[issuer-plain-http]"},
		},
		"nothing set": {nil, nil, []string{"[issuer-missing]", "alias", "provider = "}},
		"empty variables": {
			map[string]string{"ISSUER": "", "DOMAIN": ""}, nil,
			[]string{"[issuer-missing]", "ZITADEL_ISSUER and ZITADEL_DOMAIN"},
		},
		"certificate without key": {
			map[string]string{"CLIENT_CERT_PEM": "a", "CLIENT_KEY_PEM": ""}, object{"issuer": i.URL},
			[]string{"[client-certificate-incomplete]", "ZITADEL_CLIENT_KEY_PEM"},
		},
		"key without certificate": {
			map[string]string{"CLIENT_KEY_PEM": "canary"}, object{"issuer": i.URL},
			[]string{"[client-certificate-incomplete]", "ZITADEL_CLIENT_CERT_PEM"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv("ZITADEL_"+variable, value)
			}
			for _, kind := range []string{"zitadel_jwks", "zitadel_openid_configuration"} {
				_, found := startConfigured(t, c.block).Read("data", kind, nil)
				if c.texts == nil && len(found) > 0 || strings.Contains(found.String(), "canary") {
					t.Error(found)
				}
				acctest.CheckContains(t, found, c.texts...)
			}
		})
	}
}

// A variable that is set to an empty string must count as unset. If a required value is missing
// for this reason, the message must name the variable.
func TestEmptyVariables(t *testing.T) {
	skipTable(t)
	i := acctest.StartIssuer(t)
	for name, c := range map[string]struct {
		environment map[string]string
		block       object
		texts       []string // expected in the error
		absent      []string // must not be in the error
	}{
		"key_file": {
			map[string]string{"KEY_FILE": ""}, object{"issuer": i.URL},
			[]string{"[credentials-missing]", "ZITADEL_KEY_FILE"}, []string{"alias", "ZITADEL_KEY_JSON"},
		},
		"key_json and key_path": {
			map[string]string{"KEY_JSON": "", "KEY_PATH": ""}, object{"issuer": i.URL},
			[]string{"[credentials-missing]", "ZITADEL_KEY_JSON and ZITADEL_KEY_PATH"}, nil,
		},
		"no provider block": {
			map[string]string{"ISSUER": i.URL}, nil, []string{"[credentials-missing]", "alias", "provider = "}, nil,
		},
		"no empty variable": {
			nil, object{"issuer": i.URL}, []string{"[credentials-missing]"}, []string{"alias", "ZITADEL_"},
		},
		"client_secret": {
			map[string]string{"CLIENT_ID": "a", "CLIENT_SECRET": ""}, object{"issuer": i.URL},
			[]string{"[client-id-without-secret]", "ZITADEL_CLIENT_SECRET"}, nil,
		},
		"client_id": {
			map[string]string{"CLIENT_ID": "", "CLIENT_SECRET": "canary"}, object{"issuer": i.URL},
			[]string{"[secret-variable-alone]", "Empty environment variables: ZITADEL_CLIENT_ID"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv("ZITADEL_"+variable, value)
			}
			for block, arguments := range map[string]object{
				"zitadel_access_token": nil, "zitadel_client_assertion": nil, "zitadel_introspection": {"token": "a"},
				"zitadel_token_exchange": {"subject_token": "a"},
			} {
				_, found := startConfigured(t, c.block).Read("data", block, arguments)
				acctest.CheckContains(t, found, append(c.texts, "ERROR")...)
				for _, word := range append(c.absent, "canary") {
					if strings.Contains(found.String(), word) {
						t.Errorf("the diagnostics contain %q: %v", word, found)
					}
				}
			}
		})
	}
}

// If a variable contains a key or a token by mistake, the diagnostics must not repeat it.
func TestSecretInAnotherVariable(t *testing.T) {
	skipTable(t)
	key := acctest.ServiceKey()
	secrets := map[string]string{
		"key": key, "key with a line break": key + "\n", "quoted key": "'" + key + "'", "URL scheme": key + "://a",
		"key and a URL":    key + " https://z.example",
		"key before a URL": strings.Replace(key, "{", `{"issuer":"https://z.example",`, 1),
		"token":            acctest.UnsignedJWT("{}", `{"a":"canary-canary"}`) + "\n",
		"PEM":              "-----BEGIN RSA PRIVATE KEY-----\ncanary\n",
	}
	for name := range valueForms(t) {
		for form, secret := range secrets {
			t.Run(name+", "+form, func(t *testing.T) {
				t.Setenv("ZITADEL_"+strings.ToUpper(name), secret)
				block := object{"issuer": "http://127.0.0.1:1", "max_retries": 0}
				switch name {
				case "issuer", "domain":
					delete(block, "issuer")
				case "port":
					block = object{"domain": "z.example"}
				case "max_retries":
					delete(block, name)
				}
				p := startProvider(t)
				found := p.Configure(block)
				if len(found) == 0 {
					_, found = p.Read("data", "zitadel_access_token", nil)
				}
				text := found.String()
				for _, part := range append(acctest.SecretParts(key), "canary", "Y2FuYXJ5") {
					if part != "" && strings.Contains(text, part) {
						t.Errorf("the diagnostics contain %q: %s", part, text)
					}
				}
				acctest.CheckContains(t, found, "ERROR")
			})
		}
	}
}

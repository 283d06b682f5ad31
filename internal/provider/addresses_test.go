package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// addressForm is a form in which people write an address.
type addressForm struct {
	argument string
	text     string
	// issuer is the result; "" if the form is invalid. For connect_url, any text means
	// that the form is valid.
	issuer     string
	code       string // of the fault
	suggestion string // in the fault; "" if it is not certain what was meant
}

// addressForms returns forms of addresses. Without a comment, a form was found in a
// report, a manual or a chat.
func addressForms() []addressForm {
	const z = "https://z.example"
	forms := []addressForm{
		{"issuer", z, z, "", ""},
		{"issuer", "https://z.example/", z, "", ""},
		{"issuer", "HTTPS://Z.Example", z, "", ""},
		{"issuer", "https://z.example:443", z, "", ""},
		{"issuer", "https://z.example:8443/", "https://z.example:8443", "", ""},
		{"issuer", "http://localhost:8080", "http://localhost:8080", "", ""},
		{"issuer", "http://zitadel.localhost", "http://zitadel.localhost", "", ""},
		{"issuer", "http://ZITADEL.localhost.:8080", "http://zitadel.localhost.:8080", "", ""},
		{"issuer", "http://127.0.0.1:80", "http://127.0.0.1", "", ""},
		{"issuer", "https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", "", ""},
		{"issuer", "https://[fe80::1%25eth0]", "https://[fe80::1%25eth0]", "", ""},
		{"issuer", "https://xn--bcher-kva.example", "https://xn--bcher-kva.example", "", ""},

		{"issuer", "https://https://z.example", "", "url-scheme-doubled", z},
		{"issuer", "http://https://z.example/ui/console", "", "url-scheme-doubled", z},
		{"issuer", "https:/z.example", "", "url-scheme-misspelled", z},
		{"issuer", "https:///z.example", "", "url-scheme-misspelled", z},
		{"issuer", "https//z.example", "", "url-scheme-misspelled", z},
		{"issuer", "https:z.example", "", "url-scheme-misspelled", z},
		{"issuer", "https:://z.example", "", "url-scheme-misspelled", z},
		{"issuer", `https:\\z.example`, "", "url-scheme-misspelled", z},
		{"issuer", "htps://z.example", "", "url-scheme-misspelled", z},
		{"issuer", "ttps://z.example", "", "url-scheme-misspelled", z}, // cut when copied
		{"issuer", "http(s)://z.example", "", "url-scheme-misspelled", z},
		{"issuer", "//z.example", "", "url-without-scheme", z},
		{"issuer", "z.example", "", "url-without-scheme", z},
		{"issuer", "z.example:8443/ui/console", "", "url-without-scheme", "https://z.example:8443"},
		{"issuer", "localhost:8080", "", "url-without-scheme", "https://localhost:8080"},
		{"issuer", "ftp://z.example", "", "url-scheme", ""},
		{"issuer", "postgres://z.example:5432", "", "url-scheme", ""},

		{"issuer", "https://z.example/ui/console?login_hint=a#b", "", "url-with-path", z},
		{"issuer", "https://z.example/ui/v2/login/loginname", "", "url-with-path", z},
		{"issuer", "https://z.example/.well-known/openid-configuration", "", "url-with-path", z},
		{"issuer", "https://z.example/oauth/v2/token", "", "url-with-path", z},
		{"issuer", "https://z.example:443/oauth/v2/keys", "", "url-with-path", z},
		{"issuer", "https://z.example/management/v1", "", "url-with-path", z},
		{"issuer", "https://z.example/auth", "", "url-with-path", z},
		{"issuer", "https://z.example?org=1", "", "url-with-query", z},
		{"issuer", "https://z.example#", "", "url-with-fragment", z},
		{"issuer", "https://zitadel.com/admin/instances/1", "", "url-of-portal", ""},
		{"issuer", "https://zitadel.cloud/ui/console", "", "url-of-portal", ""},

		{"issuer", " https://z.example", "", "value-whitespace", z},
		{"issuer", "https://z.example\n", "", "value-whitespace", z},
		{"issuer", "https://z.example\r", "", "value-whitespace", z},
		{"issuer", "https://z.example\u00a0", "", "value-whitespace", z},
		{"issuer", "\ufeffhttps://z.example", "", "value-whitespace", z},
		{"issuer", "https://zita\u200bdel.example", "", "value-whitespace", "https://zitadel.example"},
		{"issuer", "https://z .example", "", "value-whitespace", ""},
		{"issuer", `"https://z.example"`, "", "value-quoted", z},
		{"issuer", "'https://z.example'", "", "value-quoted", z},
		{"issuer", "\u201chttps://z.example\u201d", "", "value-quoted", z},
		{"issuer", `\"https://z.example\"`, "", "value-quoted", z},
		{"issuer", "<https://z.example>", "", "value-quoted", z},
		{"issuer", "https://${ZITADEL_DOMAIN}", "", "value-placeholder", ""},
		{"issuer", "https://<instance>.zitadel.cloud", "", "value-placeholder", ""},
		{"issuer", "https://{{ .Values.domain }}", "", "value-placeholder", ""},

		{"issuer", "https://b\u00fccher.example/ui/console", "", "host-not-ascii", "https://xn--bcher-kva.example"},
		{"issuer", "https://z\u3002example", "", "host-not-ascii", z},
		{"issuer", "https://2001:db8::1", "", "host-without-brackets", "https://[2001:db8::1]"},
		{"issuer", "https://::1:8080", "", "host-without-brackets", ""}, // the last group can be a port
		{"issuer", "https://[fe80::1%eth0]:8443", "", "host-zone", "https://[fe80::1%25eth0]:8443"},
		{"issuer", "https://[192.0.2.1]", "", "host-not-ipv6", "https://192.0.2.1"},
		{"issuer", "https://*.zitadel.cloud", "", "host-characters", ""},
		{"issuer", "https://z.example,https://y.example", "", "host-characters", ""},
		{"issuer", "https://z.example:port", "", "port-invalid", ""},
		{"issuer", "https://z.example:99999", "", "port-invalid", ""},
		{"issuer", "http://[::1", "", "url-invalid", ""},
		{"issuer", "http://z.example", "", "issuer-plain-http", ""},
		{"issuer", "http://z.example/ui/console", "", "url-with-path", ""}, // the origin needs consent
		{"issuer", "https://ann:canary@z.example", "", "url-with-user", ""},
		{"issuer", "https:/ann:canary@z.example/ui/console", "", "url-with-user", ""},

		{"domain", "z.example", z, "", ""},
		{"domain", "[2001:db8::1]", "https://[2001:db8::1]", "", ""},
		{"domain", "fe80::1%eth0", "https://[fe80::1%25eth0]", "", ""},
		{"domain", "https://z.example", "", "domain-invalid", "z.example"},
		{"domain", "z.example/", "", "domain-invalid", "z.example"},
		{"domain", "z.example:443", "", "domain-invalid", "z.example"},
		{"domain", " z.example", "", "value-whitespace", "z.example"},
		{"domain", "z.example\r", "", "value-whitespace", "z.example"},
		{"domain", `"z.example"`, "", "value-quoted", "z.example"},
		{"domain", "b\u00fccher.example", "", "host-not-ascii", "xn--bcher-kva.example"},
		{"domain", "$ZITADEL_DOMAIN", "", "value-placeholder", ""},
		{"domain", "ann:canary@z.example", "", "domain-with-user", ""},

		{"port", "8443", "https://z.example:8443", "", ""},
		{"port", "0443", z, "", ""},
		{"port", ":8443", "", "port-invalid", "8443"},
		{"port", "8443/tcp", "", "port-invalid", "8443"},
		{"port", " 8443", "", "value-whitespace", "8443"},
		{"port", `"8443"`, "", "value-quoted", "8443"},
		{"port", "https", "", "port-invalid", ""},

		{"connect_url", "http://10.0.0.1:8080", "valid", "", ""},
		{"connect_url", "http://zitadel.svc.cluster.local:80/", "valid", "", ""},
		{"connect_url", "http://[::1]:8080", "valid", "", ""},
		{"connect_url", "10.0.0.1:8080", "", "url-without-scheme", "https://10.0.0.1:8080"},
		{"connect_url", "127.0.0.1:8080", "", "url-without-scheme", "https://127.0.0.1:8080"},
		{"connect_url", "http://10.0.0.1:8080/debug/healthz", "", "url-with-path", "http://10.0.0.1:8080"},
		{"connect_url", "http:/10.0.0.1:8080", "", "url-scheme-misspelled", "http://10.0.0.1:8080"},
		{"connect_url", "http://fe80::1%eth0", "", "host-without-brackets", "http://[fe80::1%25eth0]"},
		{"connect_url", "'http://10.0.0.1:8080'", "", "value-quoted", "http://10.0.0.1:8080"},
		{"connect_url", "tcp://10.0.0.1:8080", "", "url-scheme", ""}, // of Docker's links
		{"connect_url", "unix:///run/zitadel.sock", "", "url-scheme", ""},
	}
	return forms
}

// block returns a provider block without the argument of the form, and with what it needs.
func (f addressForm) block() object {
	block := object{"key_json": acctest.ServiceKey()}
	switch f.argument {
	case "port":
		block["domain"] = "z.example"
	case "connect_url":
		block["issuer"] = "https://z.example"
	}
	return block
}

// with returns the block with the argument.
func (f addressForm) with(text string) object {
	block := f.block()
	block[f.argument] = text
	return block
}

// check checks the diagnostics of an invalid form.
func (f addressForm) check(t *testing.T, found acctest.Diagnostics) {
	t.Helper()
	if len(found) != 1 || strings.Contains(found.String(), "canary") {
		t.Errorf("%v", found)
	}
	acctest.CheckContains(t, found, "ERROR", "["+f.code+"]", f.suggestion)
}

// checkIssuer checks the issuer that a process is configured with.
func (f addressForm) checkIssuer(t *testing.T, p *acctest.Process) {
	t.Helper()
	if f.argument == "connect_url" {
		return
	}
	_, claims := acctest.DecodeJWT(t, p.MustRead("data", "zitadel_client_assertion", nil)["assertion"])
	if claims["aud"] != f.issuer {
		t.Errorf("the issuer is %q, not %q", claims["aud"], f.issuer)
	}
}

// Each form is accepted, or rejected with a code and, if it is certain what was meant,
// with a suggestion, which is accepted in its place.
func TestAddresses(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for _, f := range addressForms() {
		t.Run(f.argument+" "+f.text, func(t *testing.T) {
			p := startProvider(t)
			found := p.Configure(f.with(f.text))
			if f.code == "" {
				if len(found) > 0 {
					t.Fatal(found)
				}
				f.checkIssuer(t, p)
				return
			}
			f.check(t, found)
			acctest.CheckContains(t, found, "ERROR ["+f.argument+"]")
			if f.suggestion != "" {
				if found := startProvider(t).Configure(f.with(f.suggestion)); len(found) > 0 {
					t.Errorf("the suggestion %q is rejected: %v", f.suggestion, found)
				}
			}
		})
	}
}

// A variable accepts the same forms as its argument. The block that needs it reports the
// others, by the name of the variable.
func TestAddressVariables(t *testing.T) {
	skipTable(t)
	for _, f := range addressForms() {
		t.Run(f.argument+" "+f.text, func(t *testing.T) {
			variable := "ZITADEL_" + strings.ToUpper(f.argument)
			t.Setenv(variable, f.text)
			p := startConfigured(t, f.block())
			if f.code == "" {
				f.checkIssuer(t, p)
				return
			}
			for _, kind := range acctest.Kinds {
				_, found := p.Read(kind, "zitadel_access_token", nil)
				f.check(t, found)
				acctest.CheckContains(t, found, "ERROR []", variable)
			}
			if f.suggestion != "" {
				t.Setenv(variable, f.suggestion)
				f := f
				p := startConfigured(t, f.block())
				if f.argument == "connect_url" {
					return
				}
				p.MustRead("data", "zitadel_client_assertion", nil)
			}
		})
	}
}

// A domain with a port is two arguments.
func TestDomainWithPort(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"z.example:8443": "8443", "https://z.example:8443/ui/console": "8443", "localhost:8080": "8080",
	} {
		domain := "z.example"
		if strings.HasPrefix(text, "localhost") {
			domain = "localhost"
		}
		found := startProvider(t).Configure(object{"domain": text})
		acctest.CheckContains(t, found, "ERROR [domain]", "[domain-invalid]", `"`+domain+`"`, `"`+want+`"`)
		startConfigured(t, object{"domain": domain, "port": want})
	}
}

// Without a scheme, a loopback address is as likely plain HTTP.
func TestSchemeOfLoopback(t *testing.T) {
	t.Parallel()
	found := startProvider(t).Configure(object{"issuer": "localhost:8080"})
	acctest.CheckContains(t, found, "https://localhost:8080", "http://localhost:8080")
	startConfigured(t, object{"issuer": "http://localhost:8080"})
}

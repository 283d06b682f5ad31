package zitadel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestParseIssuer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text     string
		insecure bool
		want     string // "" for an error
		problem  string
	}{
		{"https://my-tenant.zitadel.cloud", false, "https://my-tenant.zitadel.cloud", ""},
		{"HTTPS://My-Tenant.ZITADEL.Cloud", false, "https://my-tenant.zitadel.cloud", ""},
		{"https://z.example:443", false, "https://z.example", ""},
		{"https://z.example:8443", false, "https://z.example:8443", ""},
		{"https://z.example:", false, "https://z.example", ""},
		{"https://z.example:80", false, "https://z.example:80", ""},
		{"https://z.example/", false, "https://z.example", ""},
		{"https://z.example:443///", false, "https://z.example", ""},
		{"http://localhost", false, "http://localhost", ""},
		{"http://LocalHost:80/", false, "http://localhost", ""},
		{"http://localhost:443", false, "http://localhost:443", ""},
		{"http://127.0.0.1:8080", false, "http://127.0.0.1:8080", ""},
		{"http://127.9.9.9", false, "http://127.9.9.9", ""},
		{"http://[::1]:8080", false, "http://[::1]:8080", ""},
		{"https://[2001:DB8::1]:443", false, "https://[2001:db8::1]", ""},
		{"http://z.example", true, "http://z.example", ""},
		{"http://localhost", true, "http://localhost", ""},
		{"https://z.example:65535", false, "https://z.example:65535", ""},
		{"https://z.example:0443", false, "https://z.example", ""},
		{"https://z.example:08443", false, "https://z.example:8443", ""},
		{"https://a_b-c.example.", false, "https://a_b-c.example.", ""},

		{"http://z.example", false, "", "issuer-plain-http"},
		{"http://10.0.0.1", false, "", "issuer-plain-http"},
		{"http://localhost.example", false, "", "issuer-plain-http"},
		{"http://[2001:db8::1]", false, "", "issuer-plain-http"},
		{"https://z.example", true, "", "insecure-with-https"},
		{"https://z.example/path", false, "", `url-with-path page="" suggestion="https://z.example"`},
		{"https://z.example/?a=b", false, "", `url-with-query suggestion="https://z.example"`},
		{"https://z.example?", false, "", `url-with-query suggestion="https://z.example"`},
		{"https://z.example/?", false, "", `url-with-query suggestion="https://z.example"`},
		{"https://z.example#f", false, "", `url-with-fragment suggestion="https://z.example"`},
		{"https://z.example/#", false, "", `url-with-fragment suggestion="https://z.example"`},
		{"z.example", false, "", `url-without-scheme plain="" suggestion="https://z.example"`},
		{"z.example:443", false, "", `url-without-scheme plain="" suggestion="https://z.example"`},
		{"", false, "", "url-empty"},
		{"ftp://z.example", false, "", `url-scheme scheme="ftp"`},
		{"https://", false, "", "url-without-host"},
		{"https://:443", false, "", "url-without-host"},
		{"https://::", false, "", `host-without-brackets suggestion="https://[::]"`},
		{"https://]", false, "", "host-characters"},
		{"https://a\"b", false, "", "host-characters"},
		{"https://[1:2]", false, "", `host-not-ipv6 suggestion=""`},
		{"https://[fe80::1%25a%22b]", false, "", `host-not-ipv6 suggestion=""`},
		{"https://[FE80::1%25Eth0]", false, "https://[fe80::1%25eth0]", ""},
		{"https://" + strings.Repeat("a", 254), false, "", "host-too-long"},
		{"https://a\u202eb/path", false, "", `value-whitespace character="invisible character (U+202E)" suggestion=""`},
		{
			strings.Repeat("a", 5000) + "://z.example", false, "",
			`url-scheme scheme="` + strings.Repeat("a", 197) + `..."`,
		},
		{"https://z.example:0", false, "", `port-invalid suggestion=""`},
		{"https://z.example:70000", false, "", `port-invalid suggestion=""`},
		{"https://z.example:port", false, "", `port-invalid suggestion=""`},
		{"https://z .example", false, "", `value-whitespace character="space (U+0020)" suggestion=""`},
		{"https://z.example\n", false, "", `value-whitespace character="line break (U+000A)" suggestion="https://z.example"`},

		{"https://" + canary + "@z.example", false, "", "url-with-user"},
		{"https://admin:" + canary + "@z.example", false, "", "url-with-user"},
		{"https://admin:" + canary + "@z.example:port/", false, "", "url-with-user"},
		{"admin:" + canary + "@z.example", false, "", "url-with-user"},
		{"//admin:" + canary + "@z.example", false, "", "url-with-user"},
		{"https:/admin:" + canary + "@z.example", false, "", "url-with-user"},
		{"https:admin:" + canary + "@z.example", false, "", "url-with-user"},
		{"ftp://admin:" + canary + "@z.example", false, "", "url-with-user"},
	}
	for _, test := range tests {
		got, err := zitadel.ParseIssuer(test.text, test.insecure)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q results in %q, %v", test.text, got, err)
		}
		if err != nil {
			if err.Error() != test.problem {
				t.Errorf("%q is rejected with %v, want %s", test.text, err, test.problem)
			}
			checkOmits(t, fmt.Sprintf("%v %+v", err, faultsIn(err)[0].Values), canary)
		}
	}
}

func TestIssuerOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		domain, port string
		insecure     bool
		want         string // "" for an error
		problem      string
	}{
		{"My-Tenant.zitadel.cloud", "", false, "https://my-tenant.zitadel.cloud", ""},
		{"z.example", "443", false, "https://z.example", ""},
		{"z.example", "8443", false, "https://z.example:8443", ""},
		{"z.example", "80", true, "http://z.example", ""},
		{"z.example", "8080", true, "http://z.example:8080", ""},
		{"localhost", "8080", true, "http://localhost:8080", ""},
		{"::1", "8080", true, "http://[::1]:8080", ""},
		{"2001:db8::1", "", false, "https://[2001:db8::1]", ""},

		{"https://z.example", "", false, "", `domain-invalid domain="https://z.example" port="" suggestion="z.example"`},
		{"z.example:8443", "", false, "", `domain-invalid domain="z.example:8443" port="8443" suggestion="z.example"`},
		{"z.example/path", "", false, "", `domain-invalid domain="z.example/path" port="" suggestion="z.example"`},
		{"z.example?", "", false, "", `domain-invalid domain="z.example?" port="" suggestion="z.example"`},
		{"z.example#", "", false, "", `domain-invalid domain="z.example#" port="" suggestion="z.example"`},
		{"z example", "", false, "", `value-whitespace character="space (U+0020)" suggestion=""`},
		{"admin:" + canary + "@z.example", "", false, "", "domain-with-user"},
		{canary + "@z.example", "", false, "", "domain-with-user"},
		{"", "", false, "", "url-without-host"},
		{"z.example", "0", false, "", `port-invalid suggestion=""`},
		{"z.example", "70000", false, "", `port-invalid suggestion=""`},
		{"z.example", "https", false, "", `port-invalid suggestion=""`},
		{"z.example", "443/path", false, "", `port-invalid suggestion=""`},
		{"z.example", canary + "@evil.example", false, "", `port-invalid suggestion=""`},
	}
	for _, test := range tests {
		got, err := zitadel.IssuerOf(test.domain, test.port, test.insecure)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q, %q result in %q, %v", test.domain, test.port, got, err)
		}
		if err != nil {
			if err.Error() != test.problem {
				t.Errorf("%q, %q are rejected with %v, want %s", test.domain, test.port, err, test.problem)
			}
			checkOmits(t, fmt.Sprintf("%v %+v", err, faultsIn(err)[0].Values), canary)
		}
	}
}

func TestParseConnectURL(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // "" for an error
		"http://10.0.0.1:8080":            "http://10.0.0.1:8080",
		"http://Zitadel.svc:80/":          "http://zitadel.svc",
		"https://[::1]:8443":              "https://[::1]:8443",
		"https://z.example:443":           "https://z.example",
		"https://z.example/path":          "",
		"https://z.example?":              "",
		"z.example:8080":                  "",
		"unix:///run/zitadel":             "",
		"https://a:" + canary + "@z.test": "",
	}
	for text, want := range tests {
		u, err := zitadel.ParseConnectURL(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q results in %s", text, u)
		case want == "":
			checkOmits(t, err.Error(), canary)
		case err != nil || u.String() != want:
			t.Errorf("%q results in %v, %v", text, u, err)
		}
	}
	// The error is short for any input.
	if _, err := zitadel.ParseConnectURL(strings.Repeat("x", 5000)); err == nil || len(err.Error()) > 400 {
		t.Errorf("%v", err)
	}
}

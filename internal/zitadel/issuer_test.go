package zitadel_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
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

		{"http://z.example", false, "", "insecure = true"},
		{"http://10.0.0.1", false, "", "insecure = true"},
		{"http://localhost.example", false, "", "insecure = true"},
		{"http://[2001:db8::1]", false, "", "insecure = true"},
		{"https://z.example", true, "", "drop insecure"},
		{"https://z.example/path", false, "", "a path has no place in this URL: write https://z.example"},
		{"https://z.example/?a=b", false, "", "a query has no place"},
		{"https://z.example?", false, "", "a query has no place"},
		{"https://z.example/?", false, "", "a query has no place"},
		{"https://z.example#f", false, "", "a fragment has no place"},
		{"https://z.example/#", false, "", "a fragment has no place"},
		{"z.example", false, "", "a scheme is missing: write https://z.example"},
		{"z.example:443", false, "", "a scheme is missing: write https://z.example:443"},
		{"", false, "", "it is empty"},
		{"ftp://z.example", false, "", `"ftp" is not https`},
		{"https://", false, "", "a host name is missing"},
		{"https://:443", false, "", "a host name is missing"},
		{"https://::", false, "", "only letters, digits"},
		{"https://]", false, "", "only letters, digits"},
		{"https://a\"b", false, "", "only letters, digits"},
		{"https://[1:2]", false, "", "not a URL"},
		{"https://[fe80::1%25a%22b]", false, "", "no IPv6 address"},
		{"https://[FE80::1%25Eth0]", false, "https://[fe80::1%25eth0]", ""},
		{"https://" + strings.Repeat("a", 254), false, "", "253 characters"},
		{"https://a\u202eb/path", false, "", "punycode"},
		{strings.Repeat("a", 5000) + "://z.example", false, "", `..." is not https`},
		{"https://z.example:0", false, "", "from 1 to 65535"},
		{"https://z.example:70000", false, "", "from 1 to 65535"},
		{"https://z.example:port", false, "", "not a URL"},
		{"https://z .example", false, "", "not a URL"},
		{"https://z.example\n", false, "", "not a URL"},

		{"https://" + canary + "@z.example", false, "", "a user or password has no place"},
		{"https://admin:" + canary + "@z.example", false, "", "a user or password has no place"},
		{"https://admin:" + canary + "@z.example:port/", false, "", "a user or password has no place"},
		{"admin:" + canary + "@z.example", false, "", "a user or password has no place"},
		{"//admin:" + canary + "@z.example", false, "", "a user or password has no place"},
		{"https:/admin:" + canary + "@z.example", false, "", "a user or password has no place"},
		{"https:admin:" + canary + "@z.example", false, "", "a user or password has no place"},
		{"ftp://admin:" + canary + "@z.example", false, "", "a user or password has no place"},
	}
	for _, test := range tests {
		got, err := oauth.ParseIssuer(test.text, test.insecure)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q gives %q, %v", test.text, got, err)
		}
		if err != nil {
			says(t, err.Error(), test.problem)
			keeps(t, err.Error(), canary)
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

		{"https://z.example", "", false, "", "not a bare host name"},
		{"z.example:8443", "", false, "", "a port into port"},
		{"z.example/path", "", false, "", "not a bare host name"},
		{"z.example?", "", false, "", "not a bare host name"},
		{"z.example#", "", false, "", "not a bare host name"},
		{"z example", "", false, "", "not a bare host name"},
		{"admin:" + canary + "@z.example", "", false, "", "not a bare host name"},
		{canary + "@z.example", "", false, "", "not a bare host name"},
		{"", "", false, "", "a host name is missing"},
		{"z.example", "0", false, "", "from 1 to 65535"},
		{"z.example", "70000", false, "", "from 1 to 65535"},
		{"z.example", "https", false, "", "from 1 to 65535"},
		{"z.example", "443/path", false, "", "from 1 to 65535"},
		{"z.example", canary + "@evil.example", false, "", "from 1 to 65535"},
	}
	for _, test := range tests {
		got, err := oauth.IssuerOf(test.domain, test.port, test.insecure)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%q, %q gives %q, %v", test.domain, test.port, got, err)
		}
		if err != nil {
			says(t, err.Error(), test.problem)
			keeps(t, err.Error(), canary)
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
		u, err := oauth.ParseConnectURL(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is taken as %s", text, u)
		case want == "":
			keeps(t, err.Error(), canary)
		case err != nil || u.String() != want:
			t.Errorf("%q gives %v, %v", text, u, err)
		}
	}
	// A message stays short, whatever was given.
	if _, err := oauth.ParseConnectURL(strings.Repeat("x", 5000)); err == nil || len(err.Error()) > 400 {
		t.Errorf("%v", err)
	}
}

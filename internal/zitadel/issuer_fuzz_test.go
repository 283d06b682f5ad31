package zitadel_test

import (
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// origin matches a normalized origin. Every parsed issuer must have this form.
var origin = regexp.MustCompile(`^(https?)://([^/?#@\\[\]:A-Z\x00-\x20]+|\[[0-9a-f:.%a-z-]+\])(:[1-9][0-9]*)?$`)

// FuzzParseIssuer parses arbitrary text, and checks that the result is a normalized origin.
func FuzzParseIssuer(f *testing.F) {
	for _, text := range []string{
		"https://my-tenant.zitadel.cloud", "HTTPS://Z.Example:443/", "https://z.example:0443", "http://localhost:8080",
		"http://127.1", "http://[::1]:80", "https://[FE80::1%25Eth0]:8443", "https://z.example:",
		"https://a:" + canary + "@z.example", "a:" + canary + "@z.example", "https://z.example//",
		"https://z.example/%2f", "https://z.example?", "https://z.example#", "https://z%2eexample", "https://ü.example",
		"https://z.example:65536", "https://[::1", "https://a\"b<c>", "https://z.example\\x", "ftp://z.example", "",
		"z.example", "https://", "https://:443", "https://z.example:00000000000000000000000080",
		"https://https://z.example", "htps:/z.example/ui/console", "https://::1", "https://[fe80::1%eth0]",
		"\"z.example\"\r", "\ufeffhttps://b\u200b\u00fccher.example", "localhost:8080", "<https://z.example>",
	} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, insecure bool) {
		connect, err := zitadel.ParseConnectURL(text)
		issuer, issuerErr := zitadel.ParseIssuer(text, insecure)
		for _, f := range fault.All(issuerErr) {
			suggestion, _ := f.Values["suggestion"].(string)
			if got, err := zitadel.ParseIssuer(suggestion, insecure); suggestion != "" && (err != nil || got != suggestion) {
				t.Errorf("%q: the suggestion %q results in %q, %v", text, suggestion, got, err)
			}
		}
		if err != nil {
			if checkPrintable(t, err.Error()); len(err.Error()) > 1500 || issuerErr == nil {
				t.Errorf("%q results in the issuer %q and the error %v", text, issuer, err)
			}
			_, rest, hasUser := strings.Cut(text, "@")
			if hasUser && len(rest) > 8 && strings.Contains(err.Error(), rest) {
				t.Errorf("the error quotes %q, which may follow a password: %q", rest, err)
			}
			return
		}
		parts := origin.FindStringSubmatch(connect.String())
		if parts == nil || parts[3] == map[string]string{"http": ":80", "https": ":443"}[parts[1]] {
			t.Fatalf("%q results in %q", text, connect)
		}
		port, err := strconv.Atoi(strings.TrimPrefix(parts[3], ":"))
		if parts[3] != "" && (err != nil || port > 65535) {
			t.Errorf("%q results in port %d", text, port)
		}
		host := strings.Trim(parts[2], "[]")
		name := strings.TrimSuffix(host, ".")
		isLoopback := name == "localhost" || strings.HasSuffix(name, ".localhost") ||
			net.ParseIP(host) != nil && net.ParseIP(host).IsLoopback()
		want := parts[1] == "https" && !insecure || parts[1] == "http" && (insecure || isLoopback)
		if want != (issuerErr == nil) {
			t.Errorf("%q, insecure %t: got error %v, want success: %t", text, insecure, issuerErr, want)
		}
		if issuerErr != nil {
			checkPrintable(t, issuerErr.Error())
			return
		}
		again, err := zitadel.ParseIssuer(issuer, insecure)
		if err != nil || again != issuer || issuer != connect.String() {
			t.Errorf("%q results in %q, which results in %q, %v", text, issuer, again, err)
		}
	})
}

// FuzzIssuerOf combines a domain, a port and a scheme, and checks that each of them determines only
// its own part of the issuer.
func FuzzIssuerOf(f *testing.F) {
	f.Add("Z.Example", "8443", false)
	f.Add("::1", "080", true)
	f.Add("z.example", "+443", false)
	f.Add("z.example:1", "2", false)
	f.Add("[::1]", "", false)
	f.Add("a:"+canary+"@z.example", canary, false)
	f.Add("z.example\\.evil.test", "", false)
	f.Add("fe80::1%eth0", "", false)
	f.Fuzz(func(t *testing.T, domain, port string, insecure bool) {
		issuer, err := zitadel.IssuerOf(domain, port, insecure)
		if err != nil {
			if checkPrintable(t, err.Error()); len(err.Error()) > 1500 {
				t.Errorf("the error has %d bytes, want at most 1500: %v", len(err.Error()), err)
			}
			return
		}
		parts := origin.FindStringSubmatch(issuer)
		if parts == nil || (parts[1] == "http") != insecure ||
			!strings.EqualFold(strings.Replace(strings.Trim(parts[2], "[]"), "%25", "%", 1), strings.Trim(domain, "[]")) {
			t.Fatalf("%q and %q result in %q", domain, port, issuer)
		}
		number, err := strconv.Atoi(port)
		if port != "" && (err != nil || parts[3] != "" && parts[3] != ":"+strconv.Itoa(number)) {
			t.Errorf("%q and %q result in %q", domain, port, issuer)
		}
		if again, err := zitadel.ParseIssuer(issuer, insecure); err != nil || again != issuer {
			t.Errorf("%q results in %q, which results in %q, %v", domain, issuer, again, err)
		}
	})
}

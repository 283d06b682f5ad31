package zitadel_test

import (
	"encoding/base64"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// FuzzBasicAuth reads the header as RFC 6749 section 2.3.1 has a server do it.
func FuzzBasicAuth(f *testing.F) {
	f.Add("78366401571920522@amce", "veryweaksecret!")
	f.Add("a:b", "c:d")
	f.Add("", "+ %2B\r\n\x00ü\xff")
	f.Fuzz(func(t *testing.T, id, secret string) {
		header := oauth.BasicAuth(id, secret)
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic "))
		if err != nil || !strings.HasPrefix(header, "Basic ") {
			t.Fatalf("%q, %v", header, err)
		}
		first, second, _ := strings.Cut(string(decoded), ":")
		gotID, idErr := url.QueryUnescape(first)
		gotSecret, secretErr := url.QueryUnescape(second)
		if gotID != id || gotSecret != secret || idErr != nil || secretErr != nil || strings.Contains(second, ":") {
			t.Errorf("%q has id %q and secret %q, want %q and %q", decoded, gotID, gotSecret, id, secret)
		}
	})
}

// origin is the only form that an issuer is written in.
var origin = regexp.MustCompile(`^(https?)://([^/?#@\\[\]:A-Z\x00-\x20]+|\[[0-9a-f:.%a-z-]+\])(:[1-9][0-9]*)?$`)

// FuzzParseIssuer takes anything for an issuer: what comes out is an origin in
// one form only.
func FuzzParseIssuer(f *testing.F) {
	for _, text := range []string{
		"https://my-tenant.zitadel.cloud", "HTTPS://Z.Example:443/", "https://z.example:0443", "http://localhost:8080", "http://127.1", "http://[::1]:80", "https://[FE80::1%25Eth0]:8443", "https://z.example:",
		"https://a:" + canary + "@z.example", "a:" + canary + "@z.example", "https://z.example//", "https://z.example/%2f", "https://z.example?", "https://z.example#", "https://z%2eexample", "https://ü.example",
		"https://z.example:65536", "https://[::1", "https://a\"b<c>", "https://z.example\\x", "ftp://z.example", "", "z.example", "https://", "https://:443", "https://z.example:00000000000000000000000080",
	} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, insecure bool) {
		connect, err := oauth.ParseConnectURL(text)
		issuer, issuerErr := oauth.ParseIssuer(text, insecure)
		if err != nil {
			if showable(t, err.Error()); len(err.Error()) > 1500 || issuerErr == nil {
				t.Errorf("%q is issuer %q: %v", text, issuer, err)
			}
			if _, quoted, _ := strings.Cut(text, "@"); strings.Contains(text, "@") && len(quoted) > 8 && strings.Contains(err.Error(), quoted) {
				t.Errorf("%q is quoted in %q", quoted, err)
			}
			return
		}
		parts := origin.FindStringSubmatch(connect.String())
		if parts == nil || parts[3] == map[string]string{"http": ":80", "https": ":443"}[parts[1]] {
			t.Fatalf("%q gives %q", text, connect)
		}
		if port, err := strconv.Atoi(strings.TrimPrefix(parts[3], ":")); parts[3] != "" && (err != nil || port > 65535) {
			t.Errorf("%q gives port %d", text, port)
		}
		host := strings.Trim(parts[2], "[]")
		here := host == "localhost" || net.ParseIP(host) != nil && net.ParseIP(host).IsLoopback()
		if want := parts[1] == "https" && !insecure || parts[1] == "http" && (insecure || here); want != (issuerErr == nil) {
			t.Errorf("%q, insecure %t: %v", text, insecure, issuerErr)
		}
		if issuerErr != nil {
			showable(t, issuerErr.Error())
			return
		}
		if again, err := oauth.ParseIssuer(issuer, insecure); err != nil || again != issuer || issuer != connect.String() {
			t.Errorf("%q gives %q, and that %q, %v", text, issuer, again, err)
		}
	})
}

// FuzzIssuerOf joins a domain, a port and a scheme: nothing of one gets into
// another.
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
		issuer, err := oauth.IssuerOf(domain, port, insecure)
		if err != nil {
			if showable(t, err.Error()); len(err.Error()) > 1500 {
				t.Errorf("%v", err)
			}
			return
		}
		parts := origin.FindStringSubmatch(issuer)
		if parts == nil || !strings.EqualFold(strings.Trim(parts[2], "[]"), strings.Trim(domain, "[]")) || (parts[1] == "http") != insecure {
			t.Fatalf("%q and %q give %q", domain, port, issuer)
		}
		if number, err := strconv.Atoi(port); port != "" && (err != nil || parts[3] != "" && parts[3] != ":"+strconv.Itoa(number)) {
			t.Errorf("%q and %q give %q", domain, port, issuer)
		}
		if again, err := oauth.ParseIssuer(issuer, insecure); err != nil || again != issuer {
			t.Errorf("%q gives %q, and that %q, %v", domain, issuer, again, err)
		}
	})
}

package zitadel_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// parseAddress parses text as the value of the named argument, which must be for an address. beside
// contains the values of other arguments.
func parseAddress(argument, text string, beside map[string]any) (string, error) {
	insecure, _ := beside["insecure"].(bool)
	switch argument {
	case "domain":
		port, _ := beside["port"].(string)
		return zitadel.IssuerOf(text, port, insecure)
	case "port":
		domain, _ := beside["domain"].(string)
		return zitadel.IssuerOf(domain, text, insecure)
	case "connect_url":
		u, err := zitadel.ParseConnectURL(text)
		if err != nil {
			return "", err
		}
		return u.String(), nil
	}
	return zitadel.ParseIssuer(text, insecure)
}

// TestAddressForms checks that each address in testdata/addresses results in the value or the fault
// that index.json lists for it. The fault must be short and contain no secret, and the value that
// it suggests must be accepted.
func TestAddressForms(t *testing.T) {
	t.Parallel()
	for _, form := range acctest.ReadForms(t, "testdata/addresses", 150) {
		t.Run(form.Name(), func(t *testing.T) {
			t.Parallel()
			argument := form.Arguments[0]
			got, err := parseAddress(argument, form.Text, form.Beside)
			if form.Code == "" {
				if err != nil || got != form.Value {
					t.Errorf("got %q and error %v, want %q", got, err, form.Value)
				}
				return
			}
			faults := faultsIn(err)
			if len(faults) != 1 {
				t.Fatalf("got %q and error %v, want only the fault %s", got, err, form.Code)
			}
			if faults[0].Code != form.Code || !form.HasValues(faults[0].Values) {
				t.Errorf("got %v, want %s with the values %v", err, form.Code, form.Values)
			}
			const longest = 400
			if len(err.Error()) > longest {
				t.Errorf("the error has %d bytes, want at most %d", len(err.Error()), longest)
			}
			checkOmits(t, fmt.Sprintf("%v %+v", err, faults[0].Values), "canary")
			if suggestion := form.Suggestion(); suggestion != "" {
				beside := map[string]any{"port": form.Values["port"]}
				maps.Copy(beside, form.Beside)
				if insecure, ok := form.Values["insecure"]; ok {
					beside["insecure"] = insecure == "true"
				}
				got, err := parseAddress(argument, suggestion, beside)
				if err != nil || form.Value != "" && got != form.Value {
					t.Errorf("the suggestion %q results in %q, %v; want %q", suggestion, got, err, form.Value)
				}
			}
		})
	}
}

// TestCheckAudience checks that an audience is not normalized, because ZITADEL compares it as text.
func TestCheckAudience(t *testing.T) {
	t.Parallel()
	notExact := func(difference, issuer string) string {
		return fault.New("audience-not-exact", "difference", difference, "suggestion", issuer).Error()
	}
	isScope := fault.New("audience-not-issuer", "is_scope", true).Error()
	for text, want := range map[string]string{
		"https://z.example":                      "",
		"https://z.example:443":                  "",
		"http://z.example:80":                    "",
		"http://z.example:18080":                 "",
		"https://z.example/":                     notExact("trailing slash", "https://z.example"),
		"https://z.example:443/":                 notExact("trailing slash", "https://z.example"),
		"https://Z.example//":                    notExact("trailing slash", "https://z.example"),
		"https://Z.example":                      notExact("uppercase letters", "https://z.example"),
		"HTTPS://z.example:8443":                 notExact("uppercase letters", "https://z.example:8443"),
		"https://[2001:DB8::1]":                  notExact("uppercase letters", "https://[2001:db8::1]"),
		"https://z.example:0443":                 notExact("leading zeros in its port", "https://z.example"),
		"https://z.example:08443":                notExact("leading zeros in its port", "https://z.example:8443"),
		"https://z.example:":                     notExact("colon without a port", "https://z.example"),
		"":                                       "audience-empty",
		"123456789":                              "audience-not-issuer",
		"123456789\n":                            "audience-not-issuer",
		`"123456789"`:                            "audience-not-issuer",
		"123456789@project":                      "audience-not-issuer",
		"urn:zitadel:iam:org:project:id:123:aud": isScope,
		"z.example":                              "url-without-scheme",
		"127.0.0.1":                              "url-without-scheme",
		"https://z.example/oauth/v2/token":       "url-with-path",
		"https://z.example\n":                    "value-whitespace",
		`"https://z.example"`:                    "value-quoted",
		"https://${host}":                        "value-placeholder",
	} {
		err := zitadel.CheckAudience(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

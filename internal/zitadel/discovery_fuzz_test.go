package zitadel_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// FuzzDiscovery decodes discovery documents, and checks that requests are sent only to the issuer's
// origin, whatever a document contains.
func FuzzDiscovery(f *testing.F) {
	acctest.Recorded(f, discoveryPath, true, func(body []byte) {
		f.Add(bytes.ReplaceAll(body, []byte("http://localhost:18080"), []byte(fuzzIssuer)))
	})
	for _, endpoint := range []string{
		"https://z.example:443/token", "HTTPS://Z.EXAMPLE/token?tenant=1", "https://z.example@evil.test/",
		"https://a:b@z.example/token", "https://evil.test/", "//z.example/", "https://z.example:0443/",
		"https://z.example\\@evil.test/", "https://z.example%2eevil.test/", "https://z.example:/", "/\u202e", "",
	} {
		quoted, err := json.Marshal(endpoint)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.ReplaceAll([]byte(memoryDocument), []byte(`"https://z.example/token"`), quoted))
	}
	f.Add([]byte(`{"issuer":"https://z.example","iſsuer":"x"}`))
	f.Add([]byte(`{"issuer":"https://z.example/"}`))
	f.Add([]byte(`{"issuer":"` + canary + `"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := clientWithJSON(t, discoveryPath, body)
		c.Redact = []key.Secret{key.NewSecret(canary)}
		configuration, err := c.Configuration(t.Context())
		if err != nil {
			checkError(t, err)
			return
		}
		names := slices.Concat(endpointMembers, []string{"issuer", "scopes_supported", "grant_types_supported"})
		members, ok := acctest.ReadObject(body, names, nil)
		if !ok || configuration.Issuer != fuzzIssuer || configuration.JSON != string(body) {
			t.Fatalf("an invalid document was accepted: %+v", configuration)
		}
		for _, name := range endpointMembers {
			endpoint := stringMember(members, name)
			u, err := url.Parse(endpoint)
			if endpoint != "" && (err != nil || !strings.EqualFold(u.Hostname(), "z.example")) {
				t.Errorf("%s is %s, want a URL with the issuer's host; error %v", name, members[name], err)
			}
		}
		for name, call := range operations {
			if err := call(t.Context(), c); err != nil {
				t.Logf("%s: %v", name, err)
				checkError(t, err)
			}
		}
	})
}

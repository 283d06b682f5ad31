package optest

import (
	"net/http"
	"strings"
	"testing"
)

// TestNextGeneration checks, with each release, that a next-generation issuer issues JWTs that
// are valid for five minutes, and has no introspection or revocation endpoint.
func TestNextGeneration(t *testing.T) {
	t.Parallel()
	w := world()
	for _, release := range Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			issuer := startIssuer(t, w)
			issuer.Release(release)
			issuer.NextGeneration()
			status, object := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath, clientCredentialsForm(w.Service), nil)
			access, _ := object["access_token"].(string)
			if status != http.StatusOK || strings.Count(access, ".") != 2 || object["expires_in"] != float64(299) {
				t.Errorf("token endpoint: status %d, %v; want a JWT that expires in 299 s", status, object)
			}
			_, document := sendForJSON(t, http.MethodGet, issuer.URL+discoveryPath, nil, nil)
			for name := range document {
				if strings.HasPrefix(name, "introspection_") || strings.HasPrefix(name, "revocation_") {
					t.Errorf("the discovery document contains %q, want it omitted", name)
				}
			}
			for _, path := range []string{introspectionPath, revocationPath} {
				response, _ := send(t, http.MethodPost, issuer.URL+path, nil, nil)
				if response.StatusCode != http.StatusNotFound {
					t.Errorf("%s: status %d, want 404", path, response.StatusCode)
				}
			}
			bearer := http.Header{"Authorization": {"Bearer " + access}}
			if response, body := send(t, http.MethodGet, issuer.URL+userInfoPath, nil, bearer); response.StatusCode != 200 {
				t.Errorf("user info: status %d, %s; want 200", response.StatusCode, body)
			}
		})
	}
}

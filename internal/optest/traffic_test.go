package optest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

func TestOnSecret(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	var mu sync.Mutex
	reported := map[string]string{}
	issuer.OnSecret(func(description, secret string) {
		mu.Lock()
		defer mu.Unlock()
		reported[description] = secret
	})

	signed := issuer.SignToken(map[string]any{"sub": "1"})
	grant := jwtBearerForm(t, issuer, w.Service.KeyJSON(), "openid")
	sent := grant.Get("assertion")
	_, object := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
	introspect(t, issuer, w.APIBasic, w.Service.PAT)
	send(t, http.MethodGet, issuer.URL+userInfoPath, nil, http.Header{"Authorization": {"Bearer " + signed}})
	encode := base64.StdEncoding.EncodeToString
	send(t, http.MethodPost, issuer.URL+revocationPath, url.Values{}, http.Header{
		"Authorization":       {"Basic " + encode([]byte("client:first-secret"))},
		"Proxy-Authorization": {"Basic " + encode([]byte("someone:second-secret"))},
	})

	mu.Lock()
	defer mu.Unlock()
	for description, want := range map[string]string{
		"signed token":             signed,
		"parameter assertion":      sent,
		"access token":             object["access_token"].(string),
		"ID token":                 object["id_token"].(string),
		"parameter token":          w.Service.PAT,
		"parameter client_secret":  w.APIBasic.Secret,
		"token in a Bearer header": signed,
		"secret in a Basic header": "second-secret",
		// The first 12 characters encode "someone:s" and are not reported.
		"encoded secret in a Basic header": encode([]byte("someone:second-secret"))[12:],
	} {
		if reported[description] != want {
			t.Errorf("%s: %q, want %q", description, reported[description], want)
		}
	}
}

package optest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

func TestWitness(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := start(t, w)
	var mu sync.Mutex
	seen := map[string]string{}
	issuer.Witness(func(what, secret string) {
		mu.Lock()
		defer mu.Unlock()
		seen[what] = secret
	})

	signed := issuer.SignToken(map[string]any{"sub": "1"})
	sent := assertion(t, w.Service.KeyJSON(), issuer.URL)
	grant := url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "scope": {"openid"}, "assertion": {sent},
	}
	_, answer := object(t, http.MethodPost, issuer.URL+tokenPath, grant, nil)
	introspect(t, issuer, w.APIBasic, w.Service.PAT)
	send(t, http.MethodGet, issuer.URL+userInfoPath, nil, http.Header{"Authorization": {"Bearer " + signed}})
	encode := base64.StdEncoding.EncodeToString
	send(t, http.MethodPost, issuer.URL+revocationPath, url.Values{}, http.Header{
		"Authorization":       {"Basic " + encode([]byte("client:first-secret"))},
		"Proxy-Authorization": {"Basic " + encode([]byte("someone:second-secret"))},
	})

	mu.Lock()
	defer mu.Unlock()
	for what, want := range map[string]string{
		"signed token":             signed,
		"parameter assertion":      sent,
		"access token":             answer["access_token"].(string),
		"id token":                 answer["id_token"].(string),
		"parameter token":          w.Service.PAT,
		"parameter client_secret":  w.APIBasic.Secret,
		"token of a Bearer header": signed,
		"secret of a Basic header": "second-secret",
		// Without the letters that stand for "someone:" and what shares them.
		"secret in a Basic header": encode([]byte("someone:second-secret"))[12:],
	} {
		if seen[what] != want {
			t.Errorf("%s: %q, want %q", what, seen[what], want)
		}
	}
}

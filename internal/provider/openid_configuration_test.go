package provider_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestOpenIDConfiguration(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL})
	got := p.MustRead("data", "zitadel_openid_configuration", nil)
	for name, path := range map[string]string{
		"issuer": "", "authorization_endpoint": "/oauth/v2/authorize", "token_endpoint": "/oauth/v2/token",
		"introspection_endpoint": "/oauth/v2/introspect",
		"userinfo_endpoint":      "/oidc/v1/userinfo", "revocation_endpoint": "/oauth/v2/revoke",
		"end_session_endpoint":          "/oidc/v1/end_session",
		"device_authorization_endpoint": "/oauth/v2/device_authorization", "jwks_uri": "/oauth/v2/keys",
	} {
		if got[name] != i.URL+path {
			t.Errorf("%s is %v, want %s", name, got[name], i.URL+path)
		}
	}
	if !slices.Contains(got["scopes_supported"].([]any), any("openid")) ||
		!slices.Contains(got["grant_types_supported"].([]any), any("client_credentials")) {
		t.Errorf("got scopes %v and grant types %v, want openid and client_credentials among them",
			got["scopes_supported"], got["grant_types_supported"])
	}
	if !json.Valid([]byte(got["document_json"].(string))) {
		t.Error("document_json is not valid JSON")
	}
	// All blocks must share one request for the document.
	p.MustRead("data", "zitadel_jwks", nil)
	p.MustRead("data", "zitadel_openid_configuration", nil)
	if n := i.Requests(optest.Discovery); n != 1 {
		t.Errorf("%d discovery requests, want 1", n)
	}
}

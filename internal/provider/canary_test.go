package provider_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The secrets of this test go in, come out and are repeated in errors in every
// way there is. What is worked, logged and stored of it is searched with all
// else by leaks; here is only shown that there is something to find.
func TestAccCanaries(t *testing.T) {
	i := issuer(t)
	c := newWorkspace(t, canaries(t, i)...).write(text(t, filepath.Join("testdata", "canary.tf")))
	quiet := c.environment
	c.environment = append(c.environment, "TF_LOG_SDK_PROTO_DATA_DIR="+filepath.Join(evidence, "protocol"))
	worked := c.must("plan", "-no-color", "-out=plan")
	c.environment = quiet
	worked += c.must("apply", "-no-color", "plan") + c.must("output", "-no-color")
	c.must("show", "-no-color", "-json")
	refused, err := c.run("plan", "-no-color", "-var", "fail=true")
	if err == nil {
		t.Error("the wrong secrets were accepted")
	}
	for what, said := range map[string]string{
		"Unable to revoke token":              worked,
		"Unable to get access token":          refused,
		"Unable to introspect token":          refused,
		"Unable to accept token":              refused,
		"Unable to get user info":             refused,
		"Unable to exchange token":            refused,
		"Unable to read OpenID configuration": refused,
		"Unable to use key_json":              refused,
		"token was not revoked":               worked,
		"key sent [redacted]":                 refused,
	} {
		if !strings.Contains(flat(said), what) {
			t.Errorf("nothing says %q in\n%s", what, said)
		}
	}
	if !strings.Contains(text(t, filepath.Join(evidence, "logs", t.Name()+".cli")), "Request to ZITADEL") {
		t.Error("the log does not tell of requests")
	}
}

// canaries are the variables of testdata/canary.tf.
func canaries(t *testing.T, i *optest.Issuer) []string {
	t.Helper()
	w := i.World
	password, nowhere := hide(t, "password of a proxy", "canary-proxy-password"), hide(t, "password of another proxy", "canary-nowhere-password")
	service := w.Service.KeyJSON()
	authority, certificate, key, server := mutual(t, i)
	echo := httptest.NewServer(echoing(i))
	t.Cleanup(echo.Close)
	signed := configured(t, object{"issuer": i.URL, "key_json": string(service)}).must("data", "zitadel_client_assertion", object{})
	return []string{
		"ZITADEL_ISSUER=" + i.URL,
		"ZITADEL_KEY_FILE=" + file(t, t.TempDir(), "service.json", service),
		"TF_VAR_application_key=" + string(w.API.KeyJSON()),
		"TF_VAR_assertion=" + hide(t, "assertion of elsewhere", signed["assertion"].(string)),
		"TF_VAR_broken_key=" + strings.Replace(string(w.OIDC.KeyJSON()), "-----END", "!-----END", 1),
		"TF_VAR_client_id=" + w.ServiceJWT.Name,
		"TF_VAR_client_secret=" + w.ServiceJWT.Secret,
		"TF_VAR_echoing_issuer=" + echo.URL,
		"TF_VAR_gateway=" + hide(t, "value of a header", "canary-gateway-header"),
		"TF_VAR_pat=" + w.Service.PAT,
		"TF_VAR_project_id=" + w.Project.ID,
		"TF_VAR_proxy=" + strings.Replace(i.URL, "http://", "http://someone:"+password+"@", 1),
		"TF_VAR_proxy_nowhere=http://someone:" + nowhere + "@127.0.0.1:1",
		"TF_VAR_revoking_client_id=" + w.OIDC.ClientID,
		"TF_VAR_revoking_client_secret=" + w.OIDC.Secret,
		"TF_VAR_tls_authority=" + authority,
		"TF_VAR_tls_certificate=" + certificate,
		"TF_VAR_tls_issuer=" + server,
		"TF_VAR_tls_key=" + hide(t, "key of a client certificate", key),
		"TF_VAR_wrong=" + hide(t, "wrong secret", "canary-wrong-secret"),
	}
}

// echoing serves an issuer that repeats what it is sent in an error, as it is
// and as it was encoded, to requests whose path begins with the header X-Echo.
func echoing(i *optest.Issuer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Header.Get("X-Echo") == "" || !strings.HasPrefix(r.URL.Path, r.Header.Get("X-Echo")) || r.Method == http.MethodGet && !strings.HasSuffix(r.URL.Path, "userinfo") {
			i.ServeHTTP(w, r)
			return
		}
		i.ServeHTTP(httptest.NewRecorder(), r) // so that it knows of the secrets
		form, err := url.ParseQuery(string(body))
		if err != nil {
			panic(err)
		}
		said := ""
		for _, value := range []string{
			r.Header.Get("Authorization"), r.Header.Get("X-Gateway"), form.Get("token"), form.Get("subject_token"), form.Get("assertion"), form.Get("client_assertion"), string(body),
		} {
			if value != "" {
				said += "key sent " + value + "; "
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", r.Header.Get("X-Gateway"))
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": said})
	}
}

// mutual serves an issuer that asks clients for a certificate: this one.
func mutual(t *testing.T, i *optest.Issuer) (authority, certificate, key, url string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(i)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	return pemOf("CERTIFICATE", server.Certificate().Raw), pemOf("CERTIFICATE", der), pemOf("PRIVATE KEY", encoded), server.URL
}

// The plan file of a block that waits for apply holds its arguments: the one
// place where a secret that goes in is kept, and gone once it is applied.
func TestAccPlanFileOfWaitingBlock(t *testing.T) {
	i := issuer(t)
	c := newWorkspace(t, "ZITADEL_ISSUER="+i.URL, "TF_VAR_application_key="+string(i.World.API.KeyJSON()), "TF_VAR_pat="+i.World.Service.PAT).write(`
variable "application_key" { sensitive = true }
variable "pat" { sensitive = true }

resource "terraform_data" "first" {}

data "zitadel_introspection" "this" {
  token       = var.pat
  credentials = { key_json = var.application_key }
  depends_on  = [terraform_data.first]
}
`)
	c.must("plan", "-no-color", "-out=plan")
	var plan struct {
		Changes []struct {
			Type   string `json:"type"`
			Change struct {
				After map[string]any `json:"after"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(c.must("show", "-no-color", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	planned := false
	for _, change := range plan.Changes {
		if change.Type == "zitadel_introspection" {
			planned = change.Change.After["token"] == i.World.Service.PAT
		}
	}
	if !planned {
		t.Error("the plan does not hold the token: then the pages need not warn of it")
	}
	c.must("apply", "-no-color", "plan")
	state := text(t, filepath.Join(c.folder, "terraform.tfstate")) + c.must("show", "-no-color", "-json")
	if strings.Contains(state, i.World.Service.PAT) || strings.Contains(state, "PRIVATE KEY") || !strings.Contains(state, i.World.Service.ID) {
		t.Error("the state holds what went in, or no results")
	}
}

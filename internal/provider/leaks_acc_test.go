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

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// TestAccLeaks applies testdata/leaks.tf, which covers every way in which a secret is passed to the
// provider, returned by the provider, or repeated in an error from a server. The test checks that the
// configuration is applied, and that the expected operations fail. After all tests, acctest.Run
// searches the output, the logs and the state for the secrets.
func TestAccLeaks(t *testing.T) {
	i := acctest.StartIssuer(t)
	c := acctest.NewWorkspace(t, leakEnvironment(t, i)...)
	c.WriteConfiguration(acctest.ReadFile(t, filepath.Join("testdata", "leaks.tf")))
	quiet := c.Environment
	c.Environment = append(c.Environment, "TF_LOG_SDK_PROTO_DATA_DIR="+acctest.ProtocolFolder())
	succeeded := c.MustRun("plan", "-no-color", "-out=plan")
	c.Environment = quiet
	succeeded += c.MustRun("apply", "-no-color", "plan") + c.MustRun("output", "-no-color")
	c.MustRun("show", "-no-color", "-json")
	failed, err := c.Run("plan", "-no-color", "-var", "fail=true")
	if err == nil {
		t.Error("the plan with wrong secrets succeeded")
	}
	for text, output := range map[string]string{
		unableTo("revoke token"):     succeeded,
		unableTo("get access token"): failed,
		unableTo("introspect token"): failed,
		unableTo("accept token"):     failed,
		unableTo("get user info"):    failed,
		unableTo("exchange token"):   failed,
		"[proxy-unreachable]":        failed,
		unableTo("use key_json"):     failed,
		"[token-not-revoked]":        succeeded,
		"key sent [redacted]":        failed,
	} {
		if !strings.Contains(acctest.Unwrap(output), text) {
			t.Errorf("the output does not contain %q:\n%s", text, output)
		}
	}
	if !strings.Contains(acctest.ReadFile(t, c.LogPath()), "Request to ZITADEL") {
		t.Error("the log contains no request")
	}
}

// leakEnvironment returns the environment variables for testdata/leaks.tf.
func leakEnvironment(t *testing.T, i *optest.Issuer) []string {
	t.Helper()
	w := i.World
	password := acctest.AddTestSecret(t, "proxy password", "canary-proxy-password")
	unreachable := acctest.AddTestSecret(t, "password of an unreachable proxy", "canary-nowhere-password")
	service := w.Service.KeyJSON()
	authority, certificate, key, server := startMutualTLSIssuer(t, i)
	echo := httptest.NewServer(echoIssuer(i))
	t.Cleanup(echo.Close)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(service)})
	signed := p.MustRead("data", "zitadel_client_assertion", object{})
	return []string{
		"ZITADEL_ISSUER=" + i.URL,
		"ZITADEL_KEY_FILE=" + acctest.WriteFile(t, t.TempDir(), "service.json", service),
		"TF_VAR_application_key=" + string(w.API.KeyJSON()),
		"TF_VAR_assertion=" + acctest.AddTestSecret(t, "presigned assertion", signed["assertion"].(string)),
		"TF_VAR_broken_key=" + strings.Replace(string(w.OIDC.KeyJSON()), "-----END", "!-----END", 1),
		"TF_VAR_client_id=" + w.ServiceJWT.Name,
		"TF_VAR_client_secret=" + w.ServiceJWT.Secret,
		"TF_VAR_echoing_issuer=" + echo.URL,
		"TF_VAR_gateway=" + acctest.AddTestSecret(t, "header value", "canary-gateway-header"),
		"TF_VAR_pat=" + w.Service.PAT,
		"TF_VAR_project_id=" + w.Project.ID,
		"TF_VAR_proxy=" + strings.Replace(i.URL, "http://", "http://someone:"+password+"@", 1),
		"TF_VAR_proxy_nowhere=http://someone:" + unreachable + "@127.0.0.1:1",
		"TF_VAR_revoking_client_id=" + w.OIDC.ClientID,
		"TF_VAR_revoking_client_secret=" + w.OIDC.Secret,
		"TF_VAR_tls_authority=" + authority,
		"TF_VAR_tls_certificate=" + certificate,
		"TF_VAR_tls_issuer=" + server,
		"TF_VAR_tls_key=" + acctest.AddTestSecret(t, "client certificate's key", key),
		"TF_VAR_wrong=" + acctest.AddTestSecret(t, "wrong secret", "canary-wrong-secret"),
	}
}

// echoIssuer returns a handler that passes requests on to an issuer. If the path of a request
// begins with the value of its X-Echo header, the handler instead responds with an error that
// repeats the request's secrets, both decoded and encoded. Of the GET requests, only those for user
// info can receive this error.
func echoIssuer(i *optest.Issuer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Header.Get("X-Echo") == "" || !strings.HasPrefix(r.URL.Path, r.Header.Get("X-Echo")) ||
			r.Method == http.MethodGet && !strings.HasSuffix(r.URL.Path, "userinfo") {
			i.ServeHTTP(w, r)
			return
		}
		i.ServeHTTP(httptest.NewRecorder(), r) // adds the request's secrets to those that acctest.Run searches for
		form, err := url.ParseQuery(string(body))
		if err != nil {
			panic(err)
		}
		description := ""
		for _, value := range []string{
			r.Header.Get("Authorization"), r.Header.Get("X-Gateway"), form.Get("token"), form.Get("subject_token"),
			form.Get("assertion"), form.Get("client_assertion"), string(body),
		} {
			if value != "" {
				description += "key sent " + value + "; "
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", r.Header.Get("X-Gateway"))
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": description})
	}
}

// startMutualTLSIssuer starts a TLS server in front of an issuer. The server requires a client
// certificate. startMutualTLSIssuer returns the CA certificate of the server, a client certificate
// and its key, all in PEM format, and the server's URL.
func startMutualTLSIssuer(t *testing.T, i *optest.Issuer) (authority, certificate, key, url string) {
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
	authority = acctest.EncodePEM("CERTIFICATE", server.Certificate().Raw)
	certificate = acctest.EncodePEM("CERTIFICATE", der)
	key = acctest.EncodePEM("PRIVATE KEY", encoded)
	return authority, certificate, key, server.URL
}

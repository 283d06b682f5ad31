package provider_test

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The proxy variables and NO_PROXY count unless there is proxy_url. Whichever it
// is, with its password, with headers and with mutual TLS: none of these secrets
// is printed or logged at TRACE.
func TestAccTransport(t *testing.T) {
	const user, header = "ann:canary-password", "canary-gateway"
	soon := time.Now().Add(50 * time.Minute)
	own, client := certificate(t, domain, soon), certificate(t, "client.example", soon)
	for name, c := range map[string]struct {
		environment []string // {proxy} stands for its URL
		argument    string   // proxy_url, likewise
		tunnels     int
		words       []string // of an error; none if it works
	}{
		"HTTPS_PROXY":    {[]string{"HTTPS_PROXY={proxy}"}, "", 1, nil},
		"lower case":     {[]string{"https_proxy={proxy}"}, "", 1, nil},
		"NO_PROXY":       {[]string{"HTTPS_PROXY={proxy}", "NO_PROXY=example.com,0.0.0.0"}, "", 0, nil},
		"other variable": {[]string{"HTTP_PROXY={proxy}"}, "", 0, nil},
		"proxy_url":      {[]string{"HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=*"}, "{proxy}", 1, nil},
		"wrong password": {[]string{"HTTPS_PROXY=http://ann:canary-other@{host}"}, "", 1, []string{"the proxy of the environment wants a user and a password"}},
	} {
		t.Run(name, func(t *testing.T) {
			i := named(t)
			server := secure(t, i, own, client, nil)
			proxy := &optest.Proxy{User: user}
			front := httptest.NewServer(proxy)
			t.Cleanup(front.Close)
			place := strings.NewReplacer("{proxy}", strings.Replace(front.URL, "://", "://"+user+"@", 1), "{host}", strings.TrimPrefix(front.URL, "http://"))
			log := filepath.Join(t.TempDir(), "trace.log")
			environment := []string{"HTTP_PROXY=", "http_proxy=", "HTTPS_PROXY=", "https_proxy=", "NO_PROXY=", "no_proxy=", "TF_LOG=TRACE", "TF_LOG_PATH=" + log}
			for _, each := range c.environment {
				environment = append(environment, place.Replace(each))
			}
			workspace := newWorkspace(t, append(environment,
				"ZITADEL_ISSUER=https://"+domain,
				// The address of this machine that the proxy variables do not pass over.
				"ZITADEL_CONNECT_URL="+strings.Replace(server.URL, "127.0.0.1", "0.0.0.0", 1),
				"ZITADEL_KEY_FILE="+file(t, t.TempDir(), "service.json", i.World.Service.KeyJSON()),
				"TF_VAR_ca="+own.PEM, "TF_VAR_cert="+client.PEM, "TF_VAR_key="+client.KeyPEM, "TF_VAR_header="+header, "TF_VAR_proxy="+place.Replace(c.argument),
			)...).write(transportConfiguration)

			output, err := workspace.run("plan", "-no-color")
			if c.words == nil && (err != nil || i.Requests(optest.Token) != 1 || i.Last(optest.Discovery).Header.Get("X-Gateway") != header) {
				t.Errorf("%d token requests, %v\n%s", i.Requests(optest.Token), err, output)
			}
			if c.words != nil && (err == nil || !hasAll(flat(output), c.words...)) {
				t.Errorf("%v\n%s", err, output)
			}
			if n := len(proxy.Seen()); n != c.tunnels {
				t.Errorf("%d tunnels, want %d", n, c.tunnels)
			}
			logged := text(t, log)
			if !strings.Contains(logged, "Request to ZITADEL") {
				t.Error("the log does not tell of requests, so this test shows nothing")
			}
			for name, secret := range map[string]string{
				"password": "canary-password", "other password": "canary-other", "Basic header": base64.StdEncoding.EncodeToString([]byte(user)),
				"gateway header": header, "client key": strings.Split(client.KeyPEM, "\n")[1],
			} {
				if where := logged + output; strings.Contains(where, secret) {
					t.Errorf("the %s comes out", name)
				}
			}
		})
	}
}

const transportConfiguration = `
variable "ca" {}
variable "cert" {}
variable "key" { sensitive = true }
variable "header" { sensitive = true }
variable "proxy" { sensitive = true }

provider "zitadel" {
  ca_cert_pem       = var.ca
  client_cert_pem   = var.cert
  client_key_pem    = var.key
  proxy_url         = var.proxy == "" ? null : var.proxy
  transport_headers = { X-Gateway = var.header }
}

data "zitadel_access_token" "this" {}
`

// With -parallelism=100 connections are kept for the requests to come; where the
// server offers HTTP/2, one does for all.
func TestAccConnections(t *testing.T) {
	const blocks = 200
	own := certificate(t, domain, time.Now().Add(50*time.Minute))
	for name, c := range map[string]struct {
		http2 bool
		most  int64
	}{"HTTP/1.1": {false, 100}, "HTTP/2": {true, 1}} {
		t.Run(name, func(t *testing.T) {
			i := named(t)
			var opened atomic.Int64
			server := secure(t, i, own, nil, func(s *httptest.Server) {
				s.EnableHTTP2 = c.http2
				s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateNew {
						opened.Add(1)
					}
				}
			})
			workspace := newWorkspace(t, "ZITADEL_ISSUER=https://"+domain, "ZITADEL_CONNECT_URL="+server.URL,
				"ZITADEL_KEY_FILE="+file(t, t.TempDir(), "api.json", i.World.API.KeyJSON()), "TF_VAR_ca="+own.PEM, "TF_VAR_pat="+i.World.Service.PAT, "TF_LOG=", // which costs as much as the run
			).write(`
variable "ca" {}
variable "pat" { sensitive = true }

provider "zitadel" { ca_cert_pem = var.ca }

data "zitadel_introspection" "this" {
  count = 200
  token = var.pat
}
`)
			workspace.must("plan", "-no-color", "-parallelism=100")
			if n := i.Requests(optest.Introspection); n != blocks {
				t.Errorf("%d introspections, want %d", n, blocks)
			}
			if n := opened.Load(); n > c.most {
				t.Errorf("%d connections for %d requests, want %d at most", n, blocks, c.most)
			}
		})
	}
}

package provider_test

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// HTTPS_PROXY and NO_PROXY must apply unless proxy_url is set. The proxy password, the transport headers
// and the client key must be neither printed nor logged, even at level TRACE.
func TestAccTransport(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const user, header = "ann:canary-password", "canary-gateway"
	soon := time.Now().Add(50 * time.Minute)
	serverCert := acctest.NewCertificate(t, acctest.NamedHost, soon)
	clientCert := acctest.NewCertificate(t, "client.example", soon)
	for name, c := range map[string]struct {
		environment []string // {proxy} stands for the proxy's URL, and {host} for the proxy's host and port
		argument    string   // value of proxy_url, with the same placeholders
		tunnels     int
		problem     *regexp.Regexp // expected error; nil if the plan succeeds
	}{
		"HTTPS_PROXY": {[]string{"HTTPS_PROXY={proxy}"}, "", 1, nil},
		"lowercase":   {[]string{"https_proxy={proxy}"}, "", 1, nil},
		"NO_PROXY":    {[]string{"HTTPS_PROXY={proxy}", "NO_PROXY=example.com,0.0.0.0"}, "", 0, nil},
		"HTTP_PROXY":  {[]string{"HTTP_PROXY={proxy}"}, "", 0, nil},
		"proxy_url":   {[]string{"HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=*"}, "{proxy}", 1, nil},
		"wrong password": {
			[]string{"HTTPS_PROXY=http://ann:canary-other@{host}"}, "", 1,
			printed(textOf("proxy-authentication", "from_environment", true, "status", 407), "[proxy-authentication]"),
		},
		"unreachable proxy": {
			[]string{"HTTPS_PROXY=http://ann:canary-password@127.0.0.1:1", "ZITADEL_MAX_RETRIES=0"}, "", 0,
			printed(unableTo("read OpenID configuration"), textOf("proxy-unreachable",
				"from_environment", true, "proxy", "127.0.0.1:1", "reason", fault.New("connection-refused"))),
		},
	} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.StartNamedIssuer(t)
			server := acctest.StartTLSServer(t, i, serverCert, clientCert, nil)
			proxy := &optest.Proxy{User: user}
			front := httptest.NewServer(proxy)
			t.Cleanup(front.Close)
			placeholders := strings.NewReplacer(
				"{proxy}",
				strings.Replace(front.URL, "://", "://"+user+"@", 1),
				"{host}",
				strings.TrimPrefix(front.URL, "http://"),
			)
			log := filepath.Join(t.TempDir(), "trace.log")
			environment := []string{
				"HTTP_PROXY=",
				"http_proxy=",
				"HTTPS_PROXY=",
				"https_proxy=",
				"NO_PROXY=",
				"no_proxy=",
				"TF_LOG=TRACE",
				"TF_LOG_PATH=" + log,
			}
			for _, each := range c.environment {
				environment = append(environment, placeholders.Replace(each))
			}
			workspace := acctest.NewWorkspace(t, append(
				environment,
				"ZITADEL_ISSUER=https://"+acctest.NamedHost,
				// The proxy variables do not apply to 127.0.0.1. They do apply to 0.0.0.0, which also reaches
				// this machine.
				"ZITADEL_CONNECT_URL="+strings.Replace(server.URL, "127.0.0.1", "0.0.0.0", 1),
				"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", i.World.Service.KeyJSON()),
				"TF_VAR_ca="+serverCert.PEM,
				"TF_VAR_cert="+clientCert.PEM,
				"TF_VAR_key="+clientCert.KeyPEM,
				"TF_VAR_header="+header,
				"TF_VAR_proxy="+placeholders.Replace(c.argument),
			)...).WriteConfiguration(transportConfig)

			output, err := workspace.Run("plan", "-no-color")
			if c.problem != nil {
				if err == nil || !c.problem.MatchString(output) {
					t.Errorf("got error %v, want an error that matches %s\n%s", err, c.problem, output)
				}
			} else if n := i.Requests(optest.Token); err != nil || n != 1 ||
				i.Last(optest.Discovery).Header.Get("X-Gateway") != header {
				t.Errorf("%d token requests, want 1 with the transport header: %v\n%s", n, err, output)
			}
			if n := len(proxy.Seen()); n != c.tunnels {
				t.Errorf("%d tunnels, want %d", n, c.tunnels)
			}
			logged := acctest.ReadFile(t, log)
			if !strings.Contains(logged, "Request to ZITADEL") {
				t.Error("the log contains no requests, so this test proves nothing")
			}
			for name, secret := range map[string]string{
				"password": "canary-password", "other password": "canary-other",
				"Basic header":   base64.StdEncoding.EncodeToString([]byte(user)),
				"gateway header": header, "client key": strings.Split(clientCert.KeyPEM, "\n")[1],
			} {
				if strings.Contains(logged+output, secret) {
					t.Errorf("the %s is printed or logged", name)
				}
			}
		})
	}
}

const transportConfig = `
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

// With -parallelism=100, requests must share at most 100 connections, or a single connection if the
// server supports HTTP/2.
func TestAccConnections(t *testing.T) {
	subtests := acctest.Subtests(t)
	defer subtests.Done()
	const blocks = 200
	serverCert := acctest.NewCertificate(t, acctest.NamedHost, time.Now().Add(50*time.Minute))
	for name, c := range map[string]struct {
		http2 bool
		most  int64
	}{"HTTP/1.1": {false, 100}, "HTTP/2": {true, 1}} {
		subtests.Run(name, func(t *testing.T) {
			i := acctest.StartNamedIssuer(t)
			var opened atomic.Int64
			server := acctest.StartTLSServer(t, i, serverCert, nil, func(s *httptest.Server) {
				s.EnableHTTP2 = c.http2
				s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateNew {
						opened.Add(1)
					}
				}
			})
			workspace := acctest.NewWorkspace(
				t,
				"ZITADEL_ISSUER=https://"+acctest.NamedHost,
				"ZITADEL_CONNECT_URL="+server.URL,
				"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "api.json", i.World.API.KeyJSON()),
				"TF_VAR_ca="+serverCert.PEM,
				"TF_VAR_pat="+i.World.Service.PAT,
				"TF_LOG=", // writing a log would take as long as the run itself
			).WriteConfiguration(`
variable "ca" {}
variable "pat" { sensitive = true }

provider "zitadel" { ca_cert_pem = var.ca }

data "zitadel_introspection" "this" {
  count = 200
  token = var.pat
}
`)
			workspace.MustRun("plan", "-no-color", "-parallelism=100")
			if n := i.Requests(optest.Introspection); n != blocks {
				t.Errorf("%d introspection requests, want %d", n, blocks)
			}
			if n := opened.Load(); n > c.most {
				t.Errorf("%d connections for %d requests, want at most %d", n, blocks, c.most)
			}
		})
	}
}

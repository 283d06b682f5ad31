package provider_test

import (
	"net"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A default port must be ignored when the issuer argument is compared with the discovery document.
// Assertions and tokens must contain the issuer as the server declares it.
func TestDefaultPorts(t *testing.T) {
	t.Parallel()
	skipTable(t)
	const name = "https://" + acctest.NamedHost
	for _, issuer := range []string{name, name + ":443", name + ":443/"} {
		for _, addsPort := range []bool{false, true} {
			declared := name
			if addsPort {
				declared += ":443"
			}
			t.Run(issuer+", declared "+declared, func(t *testing.T) {
				i := acctest.StartNamedIssuer(t)
				i.AddPort(addsPort)
				p := startConfigured(t, object{
					"issuer": issuer, "connect_url": i.URL, "key_json": string(i.World.ServiceJWT.KeyJSON()),
				})
				project := i.World.Project.ID
				jwt := p.MustRead("data", "zitadel_access_token", object{"project_ids": []string{project}})["access_token"]
				for _, endpoint := range []string{"issuer", "token_endpoint", "jwks_uri"} {
					got := p.MustRead("data", "zitadel_openid_configuration", nil)[endpoint].(string)
					if got != declared && !strings.HasPrefix(got, declared+"/") {
						t.Errorf("%s is %q, want %q or a URL below it", endpoint, got, declared)
					}
				}
				if _, claims := acctest.DecodeJWT(t, i.Last(optest.Token).Form.Get("assertion")); claims["aud"] != declared {
					t.Errorf("the assertion's audience is %q, want %q", claims["aud"], declared)
				}
				verified := p.MustRead("data", "zitadel_token_verification", object{
					"token": jwt, "required_audience": []string{project},
				})
				if verified["valid"] != true || verified["issuer"] != declared {
					t.Errorf("verification: failures %v, issuer %v; want none, %s",
						verified["failures"], verified["issuer"], declared)
				}
				introspection := object{"token": jwt, "credentials": object{"key_json": string(i.World.API.KeyJSON())}}
				introspected := p.MustRead("data", "zitadel_introspection", introspection)
				if introspected["valid"] != true || introspected["issuer"] != declared {
					t.Errorf("introspection: failures %v, issuer %v; want none, %s",
						introspected["failures"], introspected["issuer"], declared)
				}
				// The issuer must not be given as a reason why a token is inactive.
				introspection["credentials"] = object{"key_json": string(i.World.OtherAPI.KeyJSON())}
				other := p.MustRead("data", "zitadel_introspection", introspection)
				if failures := other["failures"].([]any); len(failures) != 1 ||
					strings.Contains(failures[0].(object)["detail"].(string), acctest.NamedHost) {
					t.Errorf("failures %v, want one that does not mention the issuer", failures)
				}
			})
		}
	}
}

// A token must be rejected if its issuer differs from the declared issuer, even if they differ
// only in the default port. A discovery document must be rejected if the declared issuer differs
// from the issuer argument in anything but the default port.
func TestIssuerWithOtherPort(t *testing.T) {
	t.Parallel()
	i := acctest.StartNamedIssuer(t)
	block := object{
		"issuer":      "https://" + acctest.NamedHost,
		"connect_url": i.URL,
		"key_json":    string(i.World.ServiceJWT.KeyJSON()),
	}
	i.AddPort(true)
	jwt := startConfigured(t, block).MustRead("data", "zitadel_access_token", nil)["access_token"]
	i.AddPort(false)
	got := startConfigured(t, block).MustRead(
		"data", "zitadel_token_verification", object{"token": jwt, "required_audience": []string{}},
	)
	failures := got["failures"].([]any)
	if len(failures) != 1 || failures[0].(object)["code"] != "wrong_issuer" {
		t.Errorf("failures %v, want wrong_issuer", failures)
	}
	for _, declared := range []string{":8443", ":80", "/", ":443/", ":0443", ":443:443", ".:443", "@:443", ":443#"} {
		i.Fail(optest.Discovery, 1, response(200, `{"issuer":"https://`+acctest.NamedHost+declared+`"}`))
		_, found := startConfigured(t, block).Read("data", "zitadel_jwks", nil)
		acctest.CheckContains(t, found, "ERROR", "[issuer-mismatch]")
	}
}

// zitadel_client_assertion does not read the discovery document. Its assertions must contain the
// issuer without the default port, and its audience argument must accept the issuer with or
// without that port.
func TestDefaultPortOfAudience(t *testing.T) {
	t.Parallel()
	p := startConfigured(t, object{"issuer": "https://zitadel.example:443", "key_json": acctest.ServiceKey()})
	_, claims := acctest.DecodeJWT(t, p.MustRead("data", "zitadel_client_assertion", nil)["assertion"])
	if claims["aud"] != "https://zitadel.example" {
		t.Errorf("aud is %q, want the issuer without the port", claims["aud"])
	}
	for audience, isAccepted := range map[string]bool{
		"https://zitadel.example": true, "https://zitadel.example:443": true,
		"https://zitadel.example:8443": false, "http://zitadel.example:80": false, "https://zitadel.example:443/": false,
	} {
		_, found := p.Read("data", "zitadel_client_assertion", object{"audience": []string{audience}})
		if isAccepted != (len(found) == 0) {
			t.Errorf("%s: got %v, want a warning: %t", audience, found, !isAccepted)
		}
		if !isAccepted {
			acctest.CheckContains(t, found, "WARNING", "[audience-without-issuer]")
		}
	}
}

// Host names under localhost must always refer to this machine, regardless of the resolver and of
// any configured proxy.
func TestLocalhostNames(t *testing.T) {
	w := *acctest.World()
	w.Domain = "zitadel.localhost"
	i := acctest.StartIssuerOf(t, &w)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(i.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HTTP_PROXY", "http://proxy.invalid:1")
	for name, block := range map[string]object{
		"issuer":                  {"issuer": "http://zitadel.localhost:" + port},
		"upper case":              {"issuer": "http://Zitadel.LOCALHOST:" + port},
		"domain":                  {"domain": "zitadel.localhost", "port": port, "insecure": true},
		"connect_url":             {"issuer": "http://zitadel.localhost", "connect_url": "http://other.localhost:" + port},
		"connect_url, plain HTTP": {"issuer": "https://zitadel.localhost", "connect_url": "http://localhost:" + port},
		"proxy_url":               {"issuer": "http://zitadel.localhost:" + port, "proxy_url": "http://proxy.invalid:1"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, found := startConfigured(t, block).Read("data", "zitadel_jwks", nil); len(found) > 0 {
				t.Error(found)
			}
		})
	}
}

// An HTTP request to a TLS port and a TLS connection to an HTTP port must be reported as such,
// and must not be retried.
func TestSchemeOfPort(t *testing.T) {
	t.Parallel()
	i := acctest.StartNamedIssuer(t)
	certificate := acctest.NewCertificate(t, acctest.NamedHost, i.Now().AddDate(0, 0, 1))
	overTLS := acctest.StartTLSServer(t, i, certificate, nil, nil).URL
	plainURL := strings.Replace(overTLS, "https:", "http:", 1)
	alert := startAlertServer(t)
	nginx := response(400, "<html><center>The plain HTTP request was sent to HTTPS port</center>")
	apache := response(400, "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />")
	for name, c := range map[string]struct {
		connectURL string
		response   *optest.Fault
		code       string
	}{
		"TLS to HTTP":         {strings.Replace(i.URL, "http:", "https:", 1), nil, "tls-to-http-port"},
		"HTTP to TLS, Go":     {plainURL, nil, "http-to-tls-port"},
		"HTTP to TLS, alert":  {alert, nil, "http-to-tls-port"},
		"HTTP to TLS, nginx":  {i.URL, &nginx, "http-to-tls-port"},
		"HTTP to TLS, Apache": {i.URL, &apache, "http-to-tls-port"},
		"rejection with the same text": {
			i.URL,
			jsonOf(400, `{"error":"invalid_request","error_description":"plain HTTP request was sent to HTTPS port"}`),
			"other-server",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.response != nil {
				i.Fail(optest.Discovery, 1, *c.response)
			}
			block := object{"issuer": "https://" + acctest.NamedHost, "connect_url": c.connectURL}
			_, found := startConfigured(t, block).Read("data", "zitadel_jwks", nil)
			acctest.CheckContains(t, found, "ERROR", "["+c.code+"]")
			if strings.Contains(found.String(), "attempts)") {
				t.Errorf("the request was retried: %v", found)
			}
			if c.code == "http-to-tls-port" {
				acctest.CheckContains(t, found, strings.TrimPrefix(c.connectURL, "http://"))
			}
		})
	}
}

// startAlertServer starts a server that responds to each connection with a TLS alert, and
// returns its http URL.
func startAlertServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 1))
			_, _ = connection.Write([]byte{0x15, 3, 1, 0, 2, 2, 40})
			_ = connection.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// jsonOf returns a response with the given status and JSON body.
func jsonOf(status int, body string) *optest.Fault {
	f := response(status, body)
	return &f
}

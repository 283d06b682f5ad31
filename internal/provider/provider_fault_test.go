package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// providerFault is a fault in the provider block or in an environment variable. It is reported when a
// block is read.
type providerFault struct {
	name        string
	block       object
	environment string // assignments without the ZITADEL_ prefix, separated by spaces
	code        string
	// summary is the first line of the diagnostic or, if it begins with a space, the end of that line,
	// which follows the failed operation.
	summary string
	blocks  []string // the blocks that report the fault
}

// source returns the words with which the diagnostic names the faulty argument or variable.
func (f providerFault) source() string {
	argument := strings.TrimPrefix(f.summary, message.ProviderSummary(""))
	if f.block[argument] != nil {
		return "argument " + argument + " of the provider block:"
	}
	name, _, _ := strings.Cut(f.environment, "=")
	return "environment variable ZITADEL_" + name + ":"
}

const signing = "zitadel_client_assertion"

// tokenBlocks are the blocks that send requests with credentials, authenticatingBlocks are all blocks
// that use credentials, and sendingBlocks are all blocks that send requests.
var (
	tokenBlocks          = []string{accessTokenBlock, "zitadel_introspection", tokenExchangeBlock}
	authenticatingBlocks = append([]string{signing}, tokenBlocks...)
	sendingBlocks        = append([]string{
		"zitadel_userinfo", verificationBlock, "zitadel_openid_configuration", "zitadel_jwks",
	}, tokenBlocks...)
)

// connectionFaults returns faults in the settings of the issuer and of the connection.
func connectionFaults(t *testing.T) []providerFault {
	t.Helper()
	i, other := acctest.StartIssuer(t), acctest.StartIssuer(t)
	other.Fail(optest.Discovery, 1000, response(200, `{"issuer":"https://other.example"}`))
	certificate := acctest.NewCertificate(t, "127.0.0.1", time.Now().Add(time.Hour))
	untrusted := acctest.StartTLSServer(t, i, certificate, nil, nil).URL
	proxy := func(status int) object {
		respond := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
		front := httptest.NewServer(http.HandlerFunc(respond))
		t.Cleanup(front.Close)
		return object{"proxy_url": front.URL}
	}
	mutualTLS := object{
		"proxy_url":   acctest.StartTLSServer(t, i, certificate, certificate, nil).URL,
		"ca_cert_pem": certificate.PEM,
	}
	const (
		environment = message.EnvironmentSummary
		issuer      = "Invalid provider configuration: issuer"
		domain      = "Invalid provider configuration: domain"
		port        = "Invalid provider configuration: port"
		connectURL  = "Invalid provider configuration: connect_url"
		proxyURL    = "Invalid provider configuration: proxy_url"
		caCertPEM   = "Invalid provider configuration: ca_cert_pem"
		certPEM     = "Invalid provider configuration: client_cert_pem"
	)
	sending := sendingBlocks
	all := append([]string{signing}, sendingBlocks...)
	overTLS, plain := strings.Replace(i.URL, "http:", "https:", 1), strings.Replace(untrusted, "https:", "http:", 1)
	plainViaProxy := proxy(200)
	plainViaProxy["connect_url"] = "http://z.internal"
	faults := []providerFault{
		{"no issuer", object{"issuer": nil}, "", "issuer-missing", "Incomplete provider configuration: issuer", all},
		{"different issuer discovered", object{"issuer": other.URL}, "", "issuer-mismatch", issuer, sending},
		{"unknown issuer", object{"connect_url": i.URL}, "", "unknown-instance", issuer, sending},
		{"TLS to HTTP", object{"issuer": overTLS}, "", "tls-to-http-port", issuer, sending},
		{"TLS to HTTP, connect_url", object{"connect_url": overTLS}, "", "tls-to-http-port", connectURL, sending},
		{"HTTP to TLS", object{"issuer": plain}, "", "http-to-tls-port", issuer, sending},
		{"HTTP to TLS, connect_url", object{"connect_url": plain}, "", "http-to-tls-port", connectURL, sending},
		{
			"TLS to HTTP, domain and connect_url", object{"issuer": nil, "domain": "z.example", "connect_url": overTLS}, "",
			"tls-to-http-port", connectURL, sending,
		},
		{"no scheme", object{"issuer": nil}, "ISSUER=z.example", "url-without-scheme", environment, all},
		{
			"two issuers", object{"issuer": nil}, "ISSUER=https://a.example DOMAIN=a.example", "variables-combined",
			environment, all,
		},
		{
			"two hosts", object{"issuer": nil}, "ISSUER=https://a.example HOST=https://b.example",
			"variables-differ", environment, all,
		},
		{"insecure with HTTPS", nil, "INSECURE=true", "insecure-with-https", environment, all},
		{"invalid boolean", nil, "INSECURE=on", "boolean-invalid", environment, all},
		{"connect_url", nil, "CONNECT_URL=z.example", "url-without-scheme", environment, sending},
		{"request_timeout", nil, "REQUEST_TIMEOUT=5", "duration-invalid", environment, sending},
		{"max_retries", object{"max_retries": nil}, "MAX_RETRIES=x", "number-invalid", environment, sending},
		{"assertion_lifetime", nil, "ASSERTION_LIFETIME=1s", "duration-too-short", environment, all},
		{"TLS verification", nil, "INSECURE_SKIP_VERIFY_TLS=2", "boolean-invalid", environment, sending},
		{"CA certificate", nil, "CA_CERT_PEM=a", "ca-certificate-missing", caCertPEM, sending},
		{"client certificate", nil, "CLIENT_CERT_PEM=a CLIENT_KEY_PEM=b", "client-certificate-invalid", certPEM, sending},
		{"client certificate without key", nil, "CLIENT_CERT_PEM=a", "client-certificate-incomplete", environment, sending},
		{"invalid proxy URL", nil, "PROXY_URL=a", "proxy-url-invalid", proxyURL, sending},
		{"proxy that requires a password", proxy(407), "", "proxy-authentication", proxyURL, sending},
		{"proxy that refuses connections", proxy(403), "", "proxy-refused", proxyURL, sending},
		{"https proxy_url, HTTP proxy", object{"proxy_url": overTLS}, "", "proxy-without-tls", proxyURL, sending},
		{
			"http proxy_url, HTTPS proxy", object{"proxy_url": startAlertServer(t)}, "", "proxy-requires-tls", proxyURL,
			sending,
		},
		{"untrusted proxy", object{"proxy_url": untrusted}, "", "proxy-certificate", proxyURL, sending},
		{"proxy that requires a client certificate", mutualTLS, "", "proxy-tls", proxyURL, sending},
		{"plain HTTP through a proxy", plainViaProxy, "", "proxy-connect-url", connectURL, sending},
	}
	for _, f := range []struct {
		url           string // URL of the instance
		connect       any    // value of connect_url
		insecure      bool
		code, summary string
	}{
		{other.URL, nil, true, "issuer-mismatch", domain},
		{"https://z.example:1", i.URL, false, "unknown-instance", domain},
		{i.URL, nil, false, "tls-to-http-port", port},
		{untrusted, nil, true, "http-to-tls-port", port},
	} {
		u, err := url.Parse(f.url)
		if err != nil {
			t.Fatal(err)
		}
		inBlock := object{"issuer": nil, "domain": u.Hostname(), "port": u.Port(), "insecure": f.insecure}
		environment := fmt.Sprintf("DOMAIN=%s PORT=%s INSECURE=%t", u.Hostname(), u.Port(), f.insecure)
		none := object{"issuer": nil}
		if f.connect != nil {
			inBlock["connect_url"], none["connect_url"] = f.connect, f.connect
		}
		faults = append(faults, providerFault{"domain", inBlock, "", f.code, f.summary, sending},
			providerFault{"domain in variables", none, environment, f.code, f.summary, sending})
	}
	for n, f := range faults {
		faults[n].block = object{
			"issuer": "https://z.example", "client_id": "a", "client_secret": "b", "max_retries": 0,
		}
		maps.Copy(faults[n].block, f.block)
	}
	return faults
}

// arguments returns the arguments without which a block would not send a request.
func arguments(block string) object {
	jwt := acctest.UnsignedJWT(`{"alg":"RS256","kid":"a"}`, `{"iss":"https://z.example"}`) + "YQ"
	return map[string]object{
		"zitadel_introspection": {"token": jwt}, tokenExchangeBlock: {"subject_token": jwt},
		"zitadel_userinfo": {"token": jwt}, verificationBlock: {"token": jwt, "required_audience": []string{}},
	}[block]
}

// Each block that needs a faulty argument of the provider block must report the fault. The first line of
// the diagnostic must attribute the fault to the provider block, and must be the same in all blocks. If
// the credentials are accepted for other operations, however, the first line must begin with the
// operation that failed.
func TestProviderFaultInEachBlock(t *testing.T) {
	skipTable(t)
	covered, byDomain, byVariable := maps.Clone(reportedElsewhere), map[string]bool{}, map[string]bool{}
	for _, f := range append(credentialFaults(t), connectionFaults(t)...) {
		covered[f.code] = true
		byDomain[f.code] = byDomain[f.code] || f.block["domain"] != nil
		byVariable[f.code] = byVariable[f.code] || strings.HasPrefix(f.environment, "DOMAIN=")
		t.Run(f.name+" "+f.code, func(t *testing.T) {
			for _, variable := range strings.Fields(f.environment) {
				name, value, _ := strings.Cut(variable, "=")
				t.Setenv("ZITADEL_"+name, value)
			}
			for _, block := range f.blocks {
				for _, kind := range acctest.Kinds {
					if !hasBlock(kind, block) {
						continue
					}
					_, found := startConfigured(t, f.block).Read(kind, block, arguments(block))
					if len(found) != 1 || !strings.Contains(found[0].Detail, "["+f.code+"]") {
						t.Fatalf("%s: got %v, want a single diagnostic with [%s]", block, found, f.code)
					}
					if strings.Contains(found.String(), "canary") {
						t.Errorf("%s: the diagnostics contain a secret: %v", block, found)
					}
					operation, isPrefixed := strings.CutSuffix(found[0].Summary, f.summary)
					if !isPrefixed || strings.HasPrefix(operation, "Unable to ") != strings.HasPrefix(f.summary, " ") {
						t.Errorf("%s: got summary %q, want %q", block, found[0].Summary, f.summary)
					}
					source, isNamed := strings.CutPrefix(found[0].Detail, "In ")
					if isNamed && !strings.HasPrefix(source, f.source()) {
						t.Errorf("%s: %q does not name %s", block, found[0].Detail, f.source())
					}
				}
			}
		})
	}
	checkCovered(t, covered)
	for _, section := range message.Sections() {
		for _, m := range section.Messages {
			if m.Argument == "issuer" && (!byDomain[m.Code] || !byVariable[m.Code]) {
				t.Errorf("%s must be tested twice: with domain in the provider block, and in the environment", m.Code)
			}
		}
	}
}

// reportedElsewhere contains the codes of faults in the provider block that neither credentialFaults nor
// connectionFaults returns.
var reportedElsewhere = map[string]bool{
	// These faults are reported for the provider block itself or for a block's own credentials.
	"port-without-domain": true, "client-secret-without-id": true, "credentials-combined": true,
	"credentials-empty": true, "credential-line-break": true, "service-account-key-for-revocation": true,
	// Only zitadel_key_info reports this fault, and its key is usually set in the block itself.
	"key-missing": true,
	// These faults wrap other faults.
	"provider-argument": true, "variable-invalid": true,
	// TestUnknownProviderArguments, TestTransportArguments and TestTransportEnvironment cover these faults.
	"argument-unknown": true, "client-certificate-rejected": true, "proxy-variables": true,
}

// checkCovered reports an error for each fault in the provider block that is missing from covered. A
// message is about the provider block if it has an argument, or if it is in one of the first two
// sections, which are about the provider block and about credentials.
func checkCovered(t *testing.T, covered map[string]bool) {
	t.Helper()
	for n, section := range message.Sections() {
		for _, m := range section.Messages {
			if isAboutProvider := n < 2 || m.Argument != ""; isAboutProvider && !covered[m.Code] {
				t.Errorf("%s is a fault in the provider block: add it to credentialFaults or connectionFaults", m.Code)
			}
		}
	}
}

// hasBlock reports whether the provider has a block of this kind with this name.
func hasBlock(kind, block string) bool {
	if kind == "data" {
		return providerSchemas().DataSourceSchemas[block] != nil
	}
	return providerSchemas().EphemeralResourceSchemas[block] != nil
}

package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// variableSample contains a valid and an invalid value of an argument's environment variable.
type variableSample struct{ valid, invalid string }

// variableSamples returns samples by argument of the provider block.
func variableSamples() map[string]variableSample {
	pem := variableSample{"a", "'a'"}
	return map[string]variableSample{
		"issuer": {"http://127.0.0.1:1", "localhost:8080"}, "domain": {"127.0.0.1", "https://z.example"},
		"port": {"8443", "x"}, "insecure": {"false", "yes"}, "connect_url": {"https://10.0.0.1", "z.example"},
		"key_json": {acctest.ServiceKey(), "{}"}, "key_file": {"/no/such/file", "'a'"},
		"client_id": {"a", "'a'"}, "client_secret": {"a", "'a'"}, "assertion": {"a.b.YQ", "'a'"},
		"assertion_lifetime": {"5m", "5"}, "key_expiry_warning": {"5m", "5"}, "request_timeout": {"5m", "5"},
		"max_retries": {"0", "x"}, "ca_cert_pem": pem, "client_cert_pem": pem, "client_key_pem": pem,
		"insecure_skip_verify_tls": {"false", "yes"}, "proxy_url": {"http://127.0.0.1:1", "'a'"},
	}
}

// If a variable is invalid, the provider must be configured without a diagnostic, whatever the value of
// any other variable. A block that requires the variable must then report a variable, which is the other
// one only if that is invalid, too.
func TestPairsOfVariables(t *testing.T) {
	skipTable(t)
	samples := variableSamples()
	for argument := range acctest.Attributes(providerSchemas().Provider) {
		if _, isSampled := samples[argument]; !isSampled && argument != "transport_headers" {
			t.Errorf("variableSamples does not contain %s", argument)
		}
	}
	for faulty, sample := range samples {
		for other, values := range samples {
			if other == faulty || faulty == "client_secret" && other == "key_json" {
				continue // the secret may be for a different program
			}
			for _, value := range []string{values.valid, values.invalid} {
				t.Run(faulty+" with "+other, func(t *testing.T) {
					pair := []string{faulty, other}
					set := func(argument, value string) { t.Setenv("ZITADEL_"+strings.ToUpper(argument), value) }
					if !slices.Contains(pair, "issuer") && !slices.Contains(pair, "domain") {
						set("issuer", samples["issuer"].valid)
					}
					if !slices.ContainsFunc(pair, func(name string) bool { return isCredential(name) }) {
						set("client_id", "a")
						set("client_secret", "a")
					}
					set(faulty, sample.invalid)
					set(other, value)
					_, found := startConfigured(t, nil).Read("data", accessTokenBlock, nil)
					text := found.String()
					isNamed := func(name string) bool { return strings.Contains(text, "ZITADEL_"+strings.ToUpper(name)) }
					if !slices.ContainsFunc(pair, isNamed) || strings.Contains(text, "of the provider block:") {
						t.Errorf("the diagnostics do not name the variable:\n%s", text)
					}
					checkEnvironmentAdvice(t, text)
				})
			}
		}
	}
}

// If the address in the environment contradicts ZITADEL_INSECURE, the message must name only variables.
func TestInsecureAndAddressVariables(t *testing.T) {
	for issuer, insecure := range map[string]string{"https://z.example": "true", "http://z.example": "false"} {
		t.Setenv("ZITADEL_ISSUER", issuer)
		t.Setenv("ZITADEL_INSECURE", insecure)
		_, found := startConfigured(t, nil).Read("data", accessTokenBlock, nil)
		acctest.CheckContains(t, found, "ERROR", "ZITADEL_INSECURE")
		checkEnvironmentAdvice(t, found.String())
	}
}

// isCredential reports whether an argument belongs to the credentials.
func isCredential(argument string) bool {
	return slices.Contains([]string{"key_json", "key_file", "client_id", "client_secret", "assertion"}, argument)
}

// If the provider block sets port without domain, this must be the only fault that the configuration of
// the provider reports, whatever the variables contain.
func TestPortWithoutDomainAndVariables(t *testing.T) {
	for name, value := range map[string]string{
		"ISSUER": "localhost:8080", "PORT": "1", "INSECURE": "yes",
	} {
		t.Setenv("ZITADEL_"+name, value)
	}
	checkCodes(t, startProvider(t).Configure(object{"port": "8443"}), "port-without-domain")
}

package provider_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Each invalid provider block is reported with the path of the invalid argument and with the
// expected message. The message contains no secret.
func TestInvalidProviderBlock(t *testing.T) {
	t.Parallel()
	const issuer = "https://zitadel.example"
	for name, c := range map[string]struct {
		block object
		path  string
		code  string // "" if the framework reports the fault
		value string // text in the message; "" for none
	}{
		"issuer with path":        {object{"issuer": issuer + "/ui/console"}, "issuer", "url-with-path", issuer},
		"issuer with query":       {object{"issuer": issuer + "?a=b"}, "issuer", "url-with-query", issuer},
		"issuer with fragment":    {object{"issuer": issuer + "#a"}, "issuer", "url-with-fragment", issuer},
		"issuer with user":        {object{"issuer": "https://ann:canary@zitadel.example"}, "issuer", "url-with-user", ""},
		"issuer without scheme":   {object{"issuer": "zitadel.example"}, "issuer", "url-without-scheme", issuer},
		"issuer, other scheme":    {object{"issuer": "ftp://zitadel.example"}, "issuer", "url-scheme", `"ftp"`},
		"empty issuer":            {object{"issuer": ""}, "issuer", "url-empty", ""},
		"issuer, plain HTTP":      {object{"issuer": "http://zitadel.example"}, "issuer", "issuer-plain-http", ""},
		"issuer, HTTPS, insecure": {object{"issuer": issuer, "insecure": true}, "issuer", "insecure-with-https", ""},
		"issuer, port 0":          {object{"issuer": issuer + ":0"}, "issuer", "port-invalid", ""},
		"issuer and domain":       {object{"issuer": issuer, "domain": "zitadel.example"}, "issuer", "", `"domain"`},
		"domain with scheme":      {object{"domain": issuer}, "domain", "domain-invalid", issuer},
		"domain with port":        {object{"domain": "a.example:443"}, "domain", "domain-invalid", "a.example:443"},
		"port 0":                  {object{"domain": "zitadel.example", "port": "0"}, "port", "port-invalid", ""},
		"port 70000":              {object{"domain": "zitadel.example", "port": "70000"}, "port", "port-invalid", ""},
		"port, not a number":      {object{"domain": "zitadel.example", "port": "https"}, "port", "port-invalid", ""},
		"port without domain":     {object{"port": "443"}, "port", "port-without-domain", ""},
		"connect_url": {
			object{"connect_url": "10.0.0.1:8080"}, "connect_url", "url-without-scheme", "https://10.0.0.1:8080",
		},

		"key_json and key_file": {
			object{"key_json": "canary", "key_file": "a.json"}, "key_file", "credentials-combined", "key_json and key_file",
		},
		"key and client ID": {
			object{"key_file": "a.json", "client_id": "a", "client_secret": "canary"},
			"client_id", "credentials-combined", "key_file and client_id",
		},
		"key and assertion": {
			object{"key_file": "a.json", "assertion": "canary"},
			"assertion", "credentials-combined", "key_file and assertion",
		},
		"client_secret without client_id": {
			object{"client_secret": "canary"}, "client_secret", "client-secret-without-id", "",
		},
		"empty key_file": {object{"key_file": ""}, "key_file", "value-empty", ""},

		"assertion_lifetime, not a duration": {
			object{"assertion_lifetime": "an hour"}, "assertion_lifetime", "duration-invalid", "",
		},
		"assertion_lifetime, too short": {
			object{"assertion_lifetime": "59s"}, "assertion_lifetime", "duration-too-short", "1m",
		},
		"assertion_lifetime, too long": {
			object{"assertion_lifetime": "2h"}, "assertion_lifetime", "duration-too-long", "1h",
		},
		"key_expiry_warning": {
			object{"key_expiry_warning": "-1s"}, "key_expiry_warning", "duration-too-short", "0s",
		},
		"key_expiry_warning, in days": {
			object{"key_expiry_warning": "14d"}, "key_expiry_warning", "duration-invalid", "",
		},
		"request_timeout": {object{"request_timeout": "0s"}, "request_timeout", "duration-too-short", "1ms"},
		"max_retries":     {object{"max_retries": -1}, "max_retries", "number-out-of-range", " 0 and 100"},

		"ca_cert_pem": {object{"ca_cert_pem": "canary"}, "ca_cert_pem", "ca-certificate-missing", ""},
		"client_cert_pem without key": {
			object{"client_cert_pem": "canary"}, "client_cert_pem", "client-certificate-incomplete", "client_key_pem",
		},
		"client_key_pem without certificate": {
			object{"client_key_pem": "canary"}, "client_key_pem", "client-certificate-incomplete", "client_cert_pem",
		},
		"client_cert_pem and key, invalid": {
			object{"client_cert_pem": "canary", "client_key_pem": "canary"},
			"client_cert_pem", "client-certificate-invalid", "",
		},
		"proxy_url": {
			object{"proxy_url": "http://ann:canary@"}, "proxy_url", "proxy-url-invalid", "",
		},
		"header, invalid name": {
			object{"transport_headers": object{"a b": "canary"}}, "transport_headers.a b", "header-name-invalid", `"a b"`,
		},
		"header, line break": {
			object{"transport_headers": object{"X-A": "canary\n"}},
			"transport_headers.X-A", "header-value-invalid", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := startProvider(t).Configure(c.block)
			acctest.CheckContains(t, found, "ERROR ["+c.path+"]", c.value)
			var codes []string
			if c.code != "" {
				codes = append(codes, c.code)
			}
			checkCodes(t, found, codes...)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("the diagnostics contain a secret:\n%s", found)
			}
		})
	}
}

// Environment variables provide the values of arguments that are not set.
func TestProviderFromEnvironment(t *testing.T) {
	i := acctest.StartIssuer(t)
	w := i.World
	host := strings.TrimPrefix(i.URL, "http://")
	domain, port, _ := strings.Cut(host, ":")
	folder := t.TempDir()
	service := acctest.WriteFile(t, folder, "service.json", w.Service.KeyJSON())
	other := acctest.WriteFile(t, folder, "jwt.json", w.ServiceJWT.KeyJSON())
	byFile := object{"issuer": i.URL, "key_file": service}
	presigned := startConfigured(t, byFile).MustRead("data", "zitadel_client_assertion", nil)["assertion"].(string)
	type environment map[string]string
	for name, c := range map[string]struct {
		environment environment
		block       object
		code        string // "" if the block succeeds
		values      []string
	}{
		"issuer and key_json": {environment: environment{
			"ZITADEL_ISSUER": i.URL, "ZITADEL_KEY_JSON": string(w.Service.KeyJSON()),
		}},
		"host and key_path": {environment: environment{"ZITADEL_HOST": i.URL, "ZITADEL_KEY_PATH": service}},
		"domain and key_file": {
			environment: environment{"ZITADEL_DOMAIN": domain, "ZITADEL_KEY_FILE": service},
			block:       object{"port": port, "insecure": true},
		},
		"client ID and secret": {
			environment: environment{"ZITADEL_CLIENT_ID": w.Service.Name, "ZITADEL_CLIENT_SECRET": w.Service.Secret},
			block:       object{"issuer": i.URL},
		},
		"assertion": {environment: environment{"ZITADEL_ASSERTION": presigned}, block: object{"issuer": i.URL}},
		"connect_url": {environment: environment{
			"ZITADEL_ISSUER": "http://127.0.0.1:1", "ZITADEL_CONNECT_URL": i.URL, "ZITADEL_KEY_FILE": service,
		}},
		"secret for a configured client ID": {
			environment: environment{"ZITADEL_CLIENT_SECRET": w.Service.Secret},
			block:       object{"issuer": i.URL, "client_id": w.Service.Name},
		},
		"configuration takes precedence": {
			environment: environment{
				"ZITADEL_ISSUER": "https://wrong.example", "ZITADEL_DOMAIN": "wrong.example",
				"ZITADEL_KEY_FILE": "/no/such/file", "ZITADEL_CLIENT_ID": "wrong",
			},
			block: byFile,
		},
		"same file in two variables": {
			environment: environment{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_PATH": service},
			block:       object{"issuer": i.URL},
		},
		"empty variables are ignored": {
			environment: environment{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_JSON": "", "ZITADEL_CLIENT_ID": ""},
			block:       object{"issuer": i.URL},
		},
		"two forms of credentials": {
			environment{"ZITADEL_KEY_FILE": service, "ZITADEL_CLIENT_ID": "a", "ZITADEL_CLIENT_SECRET": "canary"},
			object{"issuer": i.URL}, "variables-combined", []string{"ZITADEL_KEY_FILE and ZITADEL_CLIENT_ID"},
		},
		"two forms of credentials, key_path": {
			environment{"ZITADEL_KEY_PATH": service, "ZITADEL_ASSERTION": "canary"},
			object{"issuer": i.URL}, "variables-combined", []string{"ZITADEL_KEY_PATH and ZITADEL_ASSERTION"},
		},
		"different files in two variables": {
			environment{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_PATH": other},
			object{"issuer": i.URL}, "variables-differ", []string{"ZITADEL_KEY_FILE and ZITADEL_KEY_PATH"},
		},
		"issuer and domain": {
			environment{"ZITADEL_ISSUER": i.URL, "ZITADEL_DOMAIN": domain},
			object{"key_file": service}, "variables-combined", []string{"ZITADEL_ISSUER and ZITADEL_DOMAIN"},
		},
		"invalid issuer": {
			environment{"ZITADEL_ISSUER": "zitadel.example"},
			object{"key_file": service}, "url-without-scheme", []string{"ZITADEL_ISSUER", "https://zitadel.example"},
		},
		"invalid connect_url": {
			environment{"ZITADEL_CONNECT_URL": "x"}, byFile, "url-without-scheme", []string{"ZITADEL_CONNECT_URL", "https://x"},
		},
		"client ID without secret": {
			nil, object{"issuer": i.URL, "client_id": "a"},
			"client-id-without-secret", []string{"argument client_id of the provider block", "ZITADEL_CLIENT_SECRET"},
		},
		"secret in the configuration, client ID in the environment": {
			environment{"ZITADEL_CLIENT_ID": w.Service.Name}, object{"issuer": i.URL, "client_secret": "canary"},
			"client-secret-without-id", []string{"[client_secret]"},
		},
		"no issuer":      {environment{"ZITADEL_KEY_FILE": service}, nil, "issuer-missing", nil},
		"no credentials": {nil, object{"issuer": i.URL}, "credentials-missing", nil},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.environment {
				t.Setenv(variable, value)
			}
			p := startProvider(t)
			found := p.Configure(c.block)
			if len(found) == 0 {
				_, found = p.Read("data", "zitadel_access_token", nil)
			}
			if c.code == "" {
				if len(found) > 0 {
					t.Fatal(found)
				}
				return
			}
			checkCodes(t, found, c.code)
			acctest.CheckContains(t, found, append(c.values, "ERROR")...)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("the diagnostics contain a secret:\n%s", found)
			}
		})
	}
}

// The provider is configured without sending a request or reading a file.
func TestConfigureSendsNothing(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	startConfigured(t, object{"issuer": i.URL, "key_file": "/no/such/file"})
	if n := i.Connections(); n != 0 {
		t.Errorf("%d connections, want 0", n)
	}
}

// An unknown argument is an error only in a block that needs it. The error names the
// argument.
func TestUnknownProviderArguments(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	service := string(i.World.Service.KeyJSON())
	valid, unknown := object{"issuer": i.URL, "key_json": service}, acctest.Unknown{}
	with := func(block object, arguments object) object {
		block = maps.Clone(block)
		maps.Copy(block, arguments)
		return block
	}
	for name, c := range map[string]struct {
		provider, block object
		argument        string // "" if the block succeeds
	}{
		"issuer":            {object{"issuer": unknown, "key_json": service}, nil, "issuer"},
		"domain":            {object{"domain": unknown, "key_json": service}, nil, "domain"},
		"port":              {object{"domain": "127.0.0.1", "port": unknown, "key_json": service}, nil, "port"},
		"key_json":          {object{"issuer": i.URL, "key_json": unknown}, nil, "key_json"},
		"key_file":          {object{"issuer": i.URL, "key_file": unknown}, nil, "key_file"},
		"client_secret":     {object{"issuer": i.URL, "client_id": "a", "client_secret": unknown}, nil, "client_secret"},
		"max_retries":       {with(valid, object{"max_retries": unknown}), nil, "max_retries"},
		"transport_headers": {with(valid, object{"transport_headers": unknown}), nil, "transport_headers"},
		"value of a header": {
			with(valid, object{"transport_headers": object{"X-A": unknown}}), nil, "transport_headers",
		},
		"key_json, block with credentials": {
			object{"issuer": i.URL, "key_json": unknown}, object{"credentials": object{"key_json": service}}, "",
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, c.provider)
				_, found := p.Read(kind, "zitadel_access_token", c.block)
				if c.argument == "" {
					if len(found) > 0 {
						t.Fatal(found)
					}
					return
				}
				checkCodes(t, found, "argument-unknown")
				acctest.CheckContains(t, found, "ERROR", adviceOf("argument-unknown", "arguments", c.argument))
			})
		}
	}
}

// Each request, including the request for the discovery document, contains the expected headers.
func TestRequestHeaders(t *testing.T) {
	t.Setenv("TF_APPEND_USER_AGENT", "pipeline/7")
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{
		"issuer": "http://127.0.0.1:1", "connect_url": i.URL, "key_json": string(i.World.Service.KeyJSON()),
		"transport_headers": object{"X-Gateway": "open"},
	})
	token := p.MustRead("data", "zitadel_access_token", nil)["access_token"]
	p.MustRead(
		"data",
		"zitadel_introspection",
		object{"token": token, "credentials": object{"key_json": string(i.World.API.KeyJSON())}},
	)
	p.MustRead("data", "zitadel_userinfo", object{"token": token})
	p.MustRead("data", "zitadel_jwks", nil)
	p.Close(p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i)))
	for _, endpoint := range []optest.Endpoint{
		optest.Discovery, optest.Token, optest.Introspection, optest.UserInfo, optest.JWKS, optest.Revocation,
	} {
		sent := i.Last(endpoint)
		for header, want := range map[string]string{
			"User-Agent":        "terraform-provider-zitadel/test Terraform/1.11.4 pipeline/7",
			"X-Gateway":         "open",
			"X-Forwarded-Proto": "http",
			"Cookie":            "",
		} {
			if got := sent.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", endpoint, header, got, want)
			}
		}
		if sent.Host != "127.0.0.1:1" {
			t.Errorf("%s: Host is %q", endpoint, sent.Host)
		}
	}
}

// Clock skew is corrected. If it exceeds one minute, the provider reports one warning.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	i := acctest.NewIssuer()
	i.Skew(2 * time.Hour)
	onFakeClock(
		t,
		i,
		object{"key_json": acctest.ServiceKey()},
		func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
			got, found := p.Read("data", "zitadel_access_token", nil)
			checkCodes(t, found, "clocks-differ")
			acctest.CheckContains(t, found, "WARNING", adviceOf("clocks-differ", "skew", 2*time.Hour, "issuer", i.URL))
			if ahead := time.Until(acctest.ParseTime(t, got["expires_at"])); ahead < 13*time.Hour {
				t.Errorf("expires_at is %s after the local time, want at least 13h", ahead)
			}
			p.MustRead("data", "zitadel_access_token", object{"scopes": []string{"openid"}})
		},
	)

	// Skew that is too large to be corrected is reported as an error, without the warning.
	i.Skew(25 * time.Hour)
	onFakeClock(t, i, object{}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
		_, found := p.Read("data", "zitadel_jwks", nil)
		checkCodes(t, found, "clock-wrong")
		acctest.CheckContains(t, found, "ERROR", textOf("clock-wrong", "skew", 25*time.Hour))
	})
}

// Clock skew is not corrected in an assertion that was signed before the request, regardless of
// where the assertion is set. The warning mentions this exception and the sources of such an
// assertion.
func TestClockSkewOfAssertion(t *testing.T) {
	t.Parallel()
	for place, configure := range map[string]func(signed any) (provider, arguments object){
		"provider": func(signed any) (object, object) { return object{"assertion": signed}, nil },
		"block": func(signed any) (object, object) {
			return object{"key_json": acctest.ServiceKey()}, object{"credentials": object{"assertion": signed}}
		},
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			i := acctest.NewIssuer()
			i.Skew(-2 * time.Hour)
			signer := object{"key_json": acctest.ServiceKey()}
			onFakeClock(t, i, signer, func(t *testing.T, n *acctest.Network, p *acctest.Process) {
				block, arguments := configure(p.MustRead("data", signing, nil)["assertion"])
				block["issuer"] = i.URL
				presigned := startOnNetwork(t, n)
				presigned.ConfigureValid(block)
				_, found := presigned.Read("data", accessTokenBlock, arguments)
				acctest.CheckContains(t, found, "ERROR", "[assertion-issued-in-future]", "WARNING",
					adviceOf("clocks-differ", "skew", 2*time.Hour, "behind", true, "issuer", i.URL))
				for _, source := range []string{"set in assertion", signing, "signed_assertion"} {
					acctest.CheckContains(t, found[:1], source)
				}
			})
		})
	}
}

package provider_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// An invalid provider block must be reported with the path of the invalid argument and the expected
// code. The report must not contain a secret.
func TestInvalidProviderBlock(t *testing.T) {
	t.Parallel()
	const issuer = "https://zitadel.example"
	for name, c := range map[string]struct {
		block object
		path  string
		code  string // "" if the framework reports the fault
		value string // expected text in the message, if any
	}{
		"issuer with path":        {object{"issuer": issuer + "/ui/console"}, "issuer", "url-with-path", issuer},
		"issuer with query":       {object{"issuer": issuer + "?a=b"}, "issuer", "url-with-query", issuer},
		"issuer with fragment":    {object{"issuer": issuer + "#a"}, "issuer", "url-with-fragment", issuer},
		"issuer with user":        {object{"issuer": "https://ann:canary@zitadel.example"}, "issuer", "url-with-user", ""},
		"issuer without scheme":   {object{"issuer": "zitadel.example"}, "issuer", "url-without-scheme", issuer},
		"issuer with FTP scheme":  {object{"issuer": "ftp://zitadel.example"}, "issuer", "url-scheme", `"ftp"`},
		"empty issuer":            {object{"issuer": ""}, "issuer", "url-empty", ""},
		"issuer, plain HTTP":      {object{"issuer": "http://zitadel.example"}, "issuer", "issuer-plain-http", ""},
		"issuer, HTTPS, insecure": {object{"issuer": issuer, "insecure": true}, "issuer", "insecure-with-https", ""},
		"issuer, port 0":          {object{"issuer": issuer + ":0"}, "issuer", "port-invalid", ""},
		"issuer and domain":       {object{"issuer": issuer, "domain": "z"}, "issuer", "arguments-combined", "domain"},
		"issuer and port":         {object{"issuer": issuer, "port": "1"}, "issuer", "arguments-combined", "port"},
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
			object{"transport_headers": object{"a b": "canary"}}, "transport_headers", "header-name-invalid", "",
		},
		"header, line break": {
			object{"transport_headers": object{"X-A": "canary\n"}},
			"transport_headers.X-A", "header-value-invalid", "",
		},
		"null header": {
			object{"transport_headers": object{"X-A": nil}}, "transport_headers.X-A", "entry-null", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := startProvider(t).Configure(c.block)
			acctest.CheckContains(t, found, "ERROR ["+c.path+"]", c.value)
			checkCodes(t, found, c.code)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("the diagnostics contain a secret:\n%s", found)
			}
		})
	}
}

// Configuring the provider must neither send a request nor read a file.
func TestConfigureSendsNothing(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	startConfigured(t, object{"issuer": i.URL, "key_file": "/no/such/file"})
	if n := i.Connections(); n != 0 {
		t.Errorf("%d connections, want 0", n)
	}
}

// An unknown provider argument must be an error only in a block that needs the argument. The error
// must name the argument.
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
		"header value": {
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

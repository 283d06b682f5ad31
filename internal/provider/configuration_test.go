package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Each invalid provider block is reported with the path of the invalid argument and with
// a next step. The message contains no secret.
func TestInvalidProviderBlock(t *testing.T) {
	t.Parallel()
	const issuer = "https://zitadel.example"
	for name, c := range map[string]struct {
		block object
		path  string
		words []string
	}{
		"issuer with path":       {object{"issuer": issuer + "/ui/console"}, "issuer", []string{"path", "write " + issuer}},
		"issuer with query":      {object{"issuer": issuer + "?a=b"}, "issuer", []string{"query"}},
		"issuer with fragment":   {object{"issuer": issuer + "#a"}, "issuer", []string{"fragment"}},
		"issuer with user":       {object{"issuer": "https://ann:canary@zitadel.example"}, "issuer", []string{"user or password"}},
		"issuer without scheme":  {object{"issuer": "zitadel.example"}, "issuer", []string{"write https://zitadel.example"}},
		"issuer, other scheme":   {object{"issuer": "ftp://zitadel.example"}, "issuer", []string{"ftp"}},
		"issuer empty":           {object{"issuer": ""}, "issuer", []string{"https://"}},
		"issuer, plain http":     {object{"issuer": "http://zitadel.example"}, "issuer", []string{"insecure = true"}},
		"issuer, https insecure": {object{"issuer": issuer, "insecure": true}, "issuer", []string{"insecure_skip_verify_tls"}},
		"issuer, port 0":         {object{"issuer": issuer + ":0"}, "issuer", []string{"1 to 65535"}},
		"issuer and domain":      {object{"issuer": issuer, "domain": "zitadel.example"}, "issuer", []string{"domain"}},
		"domain with scheme":     {object{"domain": issuer}, "domain", []string{"bare host name"}},
		"domain with port":       {object{"domain": "zitadel.example:443"}, "domain", []string{"port into port"}},
		"port 0":                 {object{"domain": "zitadel.example", "port": "0"}, "port", []string{"1 to 65535"}},
		"port 70000":             {object{"domain": "zitadel.example", "port": "70000"}, "port", []string{"1 to 65535"}},
		"port, no number":        {object{"domain": "zitadel.example", "port": "https"}, "port", []string{"1 to 65535"}},
		"port without domain":    {object{"port": "443"}, "port", []string{"domain"}},
		"connect_url":            {object{"connect_url": "10.0.0.1:8080"}, "connect_url", []string{"https://"}},

		"key_json and key_file":    {object{"key_json": "canary", "key_file": "a.json"}, "key_file", []string{"key_json and key_file"}},
		"key and client":           {object{"key_file": "a.json", "client_id": "a", "client_secret": "canary"}, "client_id", []string{"key_file and client_id"}},
		"key and assertion":        {object{"key_file": "a.json", "assertion": "canary"}, "assertion", []string{"key_file and assertion"}},
		"client_secret without id": {object{"client_secret": "canary"}, "client_secret", []string{"client_id"}},
		"key_file empty":           {object{"key_file": ""}, "key_file", []string{"empty"}},

		"assertion_lifetime, no duration": {object{"assertion_lifetime": "an hour"}, "assertion_lifetime", []string{"1h30m"}},
		"assertion_lifetime, too short":   {object{"assertion_lifetime": "59s"}, "assertion_lifetime", []string{"at least 1m"}},
		"assertion_lifetime, too long":    {object{"assertion_lifetime": "2h"}, "assertion_lifetime", []string{"at most 1h"}},
		"key_expiry_warning":              {object{"key_expiry_warning": "-1s"}, "key_expiry_warning", []string{"at least 0s"}},
		"key_expiry_warning, days":        {object{"key_expiry_warning": "14d"}, "key_expiry_warning", []string{"1h30m"}},
		"request_timeout":                 {object{"request_timeout": "0s"}, "request_timeout", []string{"at least"}},
		"max_retries":                     {object{"max_retries": -1}, "max_retries", []string{"between 0 and 100"}},

		"ca_cert_pem":                    {object{"ca_cert_pem": "canary"}, "ca_cert_pem", []string{"BEGIN CERTIFICATE"}},
		"client_cert_pem without key":    {object{"client_cert_pem": "canary"}, "client_cert_pem", []string{"client_key_pem"}},
		"client_key_pem without cert":    {object{"client_key_pem": "canary"}, "client_key_pem", []string{"client_cert_pem"}},
		"client_cert_pem and key, wrong": {object{"client_cert_pem": "canary", "client_key_pem": "canary"}, "client_cert_pem", []string{"PEM"}},
		"proxy_url":                      {object{"proxy_url": "http://ann:canary@"}, "proxy_url", []string{"http://proxy.example:3128"}},
		"header, no name":                {object{"transport_headers": object{"a b": "canary"}}, "transport_headers", []string{"not a header name"}},
		"header, line break":             {object{"transport_headers": object{"X-A": "canary\n"}}, "transport_headers", []string{"trimspace"}},
	} {
		t.Run(name, func(t *testing.T) {
			found := startProvider(t).Configure(c.block)
			acctest.CheckContains(t, found, append(c.words, "ERROR", "["+c.path)...)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("a secret is repeated:\n%s", found)
			}
		})
	}
}

// Variables of the environment replace arguments that are not set.
func TestProviderFromEnvironment(t *testing.T) {
	i := acctest.StartIssuer(t)
	w := i.World
	host := strings.TrimPrefix(i.URL, "http://")
	domain, port, _ := strings.Cut(host, ":")
	folder := t.TempDir()
	service := acctest.WriteFile(t, folder, "service.json", w.Service.KeyJSON())
	other := acctest.WriteFile(t, folder, "jwt.json", w.ServiceJWT.KeyJSON())
	presigned := startConfigured(t, object{"issuer": i.URL, "key_file": service}).MustRead("data", "zitadel_client_assertion", nil)["assertion"].(string)
	for name, c := range map[string]struct {
		environment map[string]string
		block       object
		words       []string // of an error; none if it works
	}{
		"issuer and key_json":     {map[string]string{"ZITADEL_ISSUER": i.URL, "ZITADEL_KEY_JSON": string(w.Service.KeyJSON())}, nil, nil},
		"host and key_path":       {map[string]string{"ZITADEL_HOST": i.URL, "ZITADEL_KEY_PATH": service}, nil, nil},
		"domain and key_file":     {map[string]string{"ZITADEL_DOMAIN": domain, "ZITADEL_KEY_FILE": service}, object{"port": port, "insecure": true}, nil},
		"client id and secret":    {map[string]string{"ZITADEL_CLIENT_ID": w.Service.Name, "ZITADEL_CLIENT_SECRET": w.Service.Secret}, object{"issuer": i.URL}, nil},
		"assertion":               {map[string]string{"ZITADEL_ASSERTION": presigned}, object{"issuer": i.URL}, nil},
		"connect_url":             {map[string]string{"ZITADEL_ISSUER": "http://127.0.0.1:1", "ZITADEL_CONNECT_URL": i.URL, "ZITADEL_KEY_FILE": service}, nil, nil},
		"secret of configured id": {map[string]string{"ZITADEL_CLIENT_SECRET": w.Service.Secret}, object{"issuer": i.URL, "client_id": w.Service.Name}, nil},
		"configuration beats it":  {map[string]string{"ZITADEL_ISSUER": "https://wrong.example", "ZITADEL_DOMAIN": "wrong.example", "ZITADEL_KEY_FILE": "/no/such/file", "ZITADEL_CLIENT_ID": "wrong"}, object{"issuer": i.URL, "key_file": service}, nil},
		"one file, two names":     {map[string]string{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_PATH": service}, object{"issuer": i.URL}, nil},
		"empty is unset":          {map[string]string{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_JSON": "", "ZITADEL_CLIENT_ID": ""}, object{"issuer": i.URL}, nil},
		"two forms":               {map[string]string{"ZITADEL_KEY_FILE": service, "ZITADEL_CLIENT_ID": "a", "ZITADEL_CLIENT_SECRET": "canary"}, object{"issuer": i.URL}, []string{"ZITADEL_KEY_FILE and ZITADEL_CLIENT_ID"}},
		"two forms, key_path":     {map[string]string{"ZITADEL_KEY_PATH": service, "ZITADEL_ASSERTION": "canary"}, object{"issuer": i.URL}, []string{"ZITADEL_KEY_PATH and ZITADEL_ASSERTION"}},
		"two files":               {map[string]string{"ZITADEL_KEY_FILE": service, "ZITADEL_KEY_PATH": other}, object{"issuer": i.URL}, []string{"ZITADEL_KEY_FILE and ZITADEL_KEY_PATH", "different values"}},
		"issuer and domain":       {map[string]string{"ZITADEL_ISSUER": i.URL, "ZITADEL_DOMAIN": domain}, object{"key_file": service}, []string{"ZITADEL_ISSUER and ZITADEL_DOMAIN"}},
		"wrong issuer":            {map[string]string{"ZITADEL_ISSUER": "zitadel.example"}, object{"key_file": service}, []string{"write https://zitadel.example"}},
		"wrong connect_url":       {map[string]string{"ZITADEL_CONNECT_URL": "x"}, object{"issuer": i.URL, "key_file": service}, []string{"ZITADEL_CONNECT_URL"}},
		"id without secret":       {nil, object{"issuer": i.URL, "client_id": "a"}, []string{"client_id is set without client_secret", "ZITADEL_CLIENT_SECRET"}},
		"secret of configuration, id of environment": {map[string]string{"ZITADEL_CLIENT_ID": w.Service.Name}, object{"issuer": i.URL, "client_secret": "canary"}, []string{"client_secret is set without client_id"}},
		"no issuer":      {map[string]string{"ZITADEL_KEY_FILE": service}, nil, []string{"ZITADEL_ISSUER"}},
		"no credentials": {nil, object{"issuer": i.URL}, []string{"No credentials are given", "key_file"}},
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
			if c.words == nil && len(found) > 0 {
				t.Fatal(found)
			}
			acctest.CheckContains(t, found, c.words...)
			if strings.Contains(found.String(), "canary") {
				t.Errorf("a secret is repeated:\n%s", found)
			}
		})
	}
}

// The provider configures without a request and without reading a file.
func TestConfigureSendsNothing(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	startConfigured(t, object{"issuer": i.URL, "key_file": "/no/such/file"})
	if n := i.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// An unknown argument is an error only in a block that needs it. The error names the
// argument and the next step.
func TestUnknownProviderArguments(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	service := string(i.World.Service.KeyJSON())
	for name, c := range map[string]struct {
		provider, block object
		word            string // "" if it works
	}{
		"issuer":                 {object{"issuer": acctest.Unknown{}, "key_json": service}, nil, "issuer"},
		"domain":                 {object{"domain": acctest.Unknown{}, "key_json": service}, nil, "domain"},
		"port":                   {object{"domain": "127.0.0.1", "port": acctest.Unknown{}, "key_json": service}, nil, "port"},
		"key_json":               {object{"issuer": i.URL, "key_json": acctest.Unknown{}}, nil, "key_json"},
		"key_file":               {object{"issuer": i.URL, "key_file": acctest.Unknown{}}, nil, "key_file"},
		"client_secret":          {object{"issuer": i.URL, "client_id": "a", "client_secret": acctest.Unknown{}}, nil, "client_secret"},
		"max_retries":            {object{"issuer": i.URL, "key_json": service, "max_retries": acctest.Unknown{}}, nil, "max_retries"},
		"transport_headers":      {object{"issuer": i.URL, "key_json": service, "transport_headers": acctest.Unknown{}}, nil, "transport_headers"},
		"a header":               {object{"issuer": i.URL, "key_json": service, "transport_headers": object{"X-A": acctest.Unknown{}}}, nil, "transport_headers"},
		"key, but block has one": {object{"issuer": i.URL, "key_json": acctest.Unknown{}}, object{"credentials": object{"key_json": service}}, ""},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, c.provider)
				_, found := p.Read(kind, "zitadel_access_token", c.block)
				if c.word == "" {
					if len(found) > 0 {
						t.Fatal(found)
					}
					return
				}
				acctest.CheckContains(t, found, "ERROR", "argument "+c.word, "depends_on", "defer_until")
			})
		}
	}
}

// The headers of all requests, including the one for the discovery document.
func TestRequestHeaders(t *testing.T) {
	t.Setenv("TF_APPEND_USER_AGENT", "pipeline/7")
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{
		"issuer": "http://127.0.0.1:1", "connect_url": i.URL, "key_json": string(i.World.Service.KeyJSON()),
		"transport_headers": object{"X-Gateway": "open"},
	})
	token := p.MustRead("data", "zitadel_access_token", nil)["access_token"]
	p.MustRead("data", "zitadel_introspection", object{"token": token, "credentials": object{"key_json": string(i.World.API.KeyJSON())}})
	p.MustRead("data", "zitadel_userinfo", object{"token": token})
	p.MustRead("data", "zitadel_jwks", nil)
	p.Close(p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i)))
	for _, endpoint := range []optest.Endpoint{optest.Discovery, optest.Token, optest.Introspection, optest.UserInfo, optest.JWKS, optest.Revocation} {
		sent := i.Last(endpoint)
		for header, want := range map[string]string{
			"User-Agent": "terraform-provider-zitadel/test Terraform/1.11.4 pipeline/7", "X-Gateway": "open", "X-Forwarded-Proto": "http", "Cookie": "",
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

// Clock skew is corrected. Above a minute there is one warning.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	i := acctest.NewIssuer()
	i.Skew(2 * time.Hour)
	onFakeClock(t, i, object{"key_json": acctest.ServiceKey()}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
		got, found := p.Read("data", "zitadel_access_token", nil)
		acctest.CheckContains(t, found, "WARNING", "Clocks differ", "is 2h ahead", "corrects for it")
		if ahead := time.Until(acctest.ParseTime(t, got["expires_at"])); ahead < 13*time.Hour {
			t.Errorf("expires_at is %s ahead of the local clock, so not on the server's", ahead)
		}
		p.MustRead("data", "zitadel_access_token", object{"scopes": []string{"openid"}})
	})

	// Skew that is too large to be corrected is an error, without the warning.
	i.Skew(25 * time.Hour)
	onFakeClock(t, i, object{}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
		_, found := p.Read("data", "zitadel_jwks", nil)
		if len(found) != 1 || !acctest.ContainsAll(found.String(), "ERROR", "25h ") {
			t.Errorf("25 hours apart: %s", found)
		}
	})
}

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Credentials that a block cannot use must be rejected before a request is sent.
func TestInvalidCredentials(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	service, application := string(w.Service.KeyJSON()), string(w.API.KeyJSON())
	const token, introspect, sign = "get access token", "introspect token", "sign client assertion"
	const forms = "key_json, key_file, client_id with client_secret, or assertion"
	for name, c := range map[string]struct {
		block       string
		credentials object
		path, code  string
		values      []string
	}{
		"application key for a token": {
			"zitadel_access_token", object{"key_json": application},
			"credentials", "application-key-for-token", []string{unableTo(token)},
		},
		"service key for introspection": {
			"zitadel_introspection", object{"key_json": service},
			"credentials", "service-account-key-for-introspection", []string{unableTo(introspect)},
		},
		"client secret to sign an assertion": {
			"zitadel_client_assertion", object{"client_id": "a", "client_secret": "canary"},
			"credentials", "key-required-to-sign", []string{unableTo(sign)},
		},
		"assertion to sign an assertion": {
			"zitadel_client_assertion", object{"assertion": "canary"},
			"credentials", "key-required-to-sign", []string{unableTo(sign)},
		},
		"assertion is not a JWT, token": {
			"zitadel_access_token", object{"assertion": "canary"},
			"credentials", "assertion-not-jwt", []string{unableTo(token)},
		},
		"assertion is not a JWT, introspection": {
			"zitadel_introspection", object{"assertion": "canary"},
			"credentials", "assertion-not-jwt", []string{unableTo(introspect)},
		},
		"two forms of credentials": {
			"zitadel_access_token", object{"key_json": service, "assertion": "canary"},
			"credentials.assertion", "credentials-combined", []string{"key_json and assertion"},
		},
		"empty object": {"zitadel_access_token", object{}, "credentials", "credentials-empty", []string{forms}},
		"client ID without secret": {
			"zitadel_access_token", object{"client_id": "a"}, "credentials.client_id", "client-id-without-secret", nil,
		},
		"secret without client ID": {
			"zitadel_access_token", object{"client_secret": "canary"},
			"credentials.client_secret", "client-secret-without-id", nil,
		},
		"secret with a line break": {
			"zitadel_access_token", object{"client_id": "a", "client_secret": "canary\n"},
			"credentials.client_secret", "credential-line-break", nil,
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				block := object{"credentials": c.credentials}
				if c.block == "zitadel_introspection" {
					block["token"] = "a"
				}
				_, found := startConfigured(t, object{"issuer": i.URL}).Read(kind, c.block, block)
				checkCodes(t, found, c.code)
				acctest.CheckContains(t, found, append(c.values, "ERROR ["+c.path+"]")...)
				if strings.Contains(found.String(), "canary") {
					t.Errorf("the diagnostics contain a secret:\n%s", found)
				}
				if n := i.Connections(); n != 0 {
					t.Errorf("%d connections, want 0", n)
				}
			})
		}
	}
}

// An invalid argument of a block must be reported with its path.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	const (
		accessToken, introspection = "zitadel_access_token", "zitadel_introspection"
		assertion                  = "zitadel_client_assertion"
		roleScope                  = "urn:zitadel:iam:org:project:role:admin"
	)
	scopes := func(name string, entries ...string) object { return object{"token": "a", name: entries} }
	for name, c := range map[string]struct {
		block     string
		arguments object
		path      string // path of the diagnostic, or the beginning of that path
		code      string
		value     string // expected text in the message, if any
	}{
		"empty scope":             {accessToken, object{"scopes": []string{""}}, "[scopes", "scope-empty", ""},
		"scope with a space":      {accessToken, object{"scopes": []string{"openid profile"}}, "[scopes", "scope-space", ""},
		"non-ASCII scope":         {accessToken, object{"scopes": []string{"öpenid"}}, "[scopes", "scope-characters", ""},
		"scope as project ID":     {accessToken, object{"project_ids": []string{"urn:a"}}, "[project_ids", "id-is-scope", ""},
		"invalid min_validity":    {accessToken, object{"min_validity": "soon"}, "[min_validity]", "duration-invalid", ""},
		"negative min_validity":   {accessToken, object{"min_validity": "-1m"}, "[min_validity]", "duration-too-short", "0s"},
		"lifetime is too long":    {assertion, object{"lifetime": "61m"}, "[lifetime]", "duration-too-long", "1h"},
		"empty audience":          {assertion, object{"audience": []string{}}, "[audience]", "set-empty", ""},
		"null scope":              {accessToken, object{"scopes": []any{nil}}, "[scopes]", "entry-null", ""},
		"empty token":             {introspection, object{"token": ""}, "[token]", "token-empty", ""},
		"token with a line break": {introspection, object{"token": "canary\n"}, "[token]", "token-whitespace", ""},
		"token with Bearer":       {introspection, object{"token": "Bearer canary"}, "[token]", "token-header", "Bearer"},
		"role as required scope": {
			introspection, scopes("required_scopes", roleScope), "[required_scopes", "scope-shows-no-grant", `"admin"`,
		},
		"empty required scope": {introspection, scopes("required_scopes", ""), "[required_scopes", "scope-empty", ""},
		"scope as required role": {
			introspection, scopes("required_roles", roleScope), "[required_roles", "role-is-scope", "",
		},
		"scope as required audience": {
			introspection, scopes("required_audience", "urn:zitadel:iam:org:projects:roles"), "[required_audience",
			"audience-is-scope", "ID of the project",
		},
		"scope of ZITADEL's API as required audience": {
			introspection, scopes("required_audience", "urn:zitadel:iam:org:project:id:zitadel:aud"), "[required_audience",
			"audience-is-scope", "Write the ID of the project",
		},
		"empty required role": {introspection, scopes("required_roles", ""), "[required_roles", "value-empty", ""},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				p := startConfigured(t, object{"issuer": "https://zitadel.example"})
				_, found := p.Read(kind, c.block, c.arguments)
				checkCodes(t, found, c.code)
				acctest.CheckContains(t, found, "ERROR "+c.path, c.value)
				if strings.Contains(found.String(), "canary") {
					t.Errorf("the diagnostics contain a secret:\n%s", found)
				}
			})
		}
	}
}

// During validation, the value of a variable is unknown, even if it later turns out to be null. Setting
// two forms of credentials must therefore not be an error while their values are unknown.
func TestUnknownCredentials(t *testing.T) {
	t.Parallel()
	both := object{"key_json": acctest.Unknown{}, "key_file": acctest.Unknown{}, "client_secret": acctest.Unknown{}}
	startConfigured(t, both)
	for name, block := range map[string]object{
		"zitadel_access_token": {"credentials": both}, "zitadel_client_assertion": {"credentials": both},
	} {
		p := startProvider(t)
		schema := p.Schemas.DataSourceSchemas[name]
		done, err := p.Server.ValidateDataResourceConfig(
			t.Context(),
			&tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: p.Encode(schema, block)},
		)
		if err != nil || len(done.Diagnostics) > 0 {
			t.Errorf("%s: error %v, diagnostics %v, want none", name, err, acctest.Diagnostics(done.Diagnostics))
		}
	}
}

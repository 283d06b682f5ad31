package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// tokenArgument is an argument whose value is a token.
type tokenArgument struct {
	kind, block, path string
}

// tokenArguments returns the arguments whose values are tokens: all sensitive arguments except keys,
// client secrets, the proxy URL and headers. It reports an error for a sensitive argument whose name it
// does not recognize.
func tokenArguments(t *testing.T) (all []tokenArgument) {
	t.Helper()
	others := []string{"key_json", "client_secret", "client_key_pem", "proxy_url", "transport_headers"}
	for _, a := range everyAttribute(providerSchemas()) {
		if !a.Sensitive || a.Computed || slices.Contains(others, a.name()) {
			continue
		}
		if !slices.Contains([]string{"token", "subject_token", "actor_token", "assertion"}, a.name()) {
			t.Errorf("%s is a secret argument: decide whether it is a token", a)
		}
		all = append(all, tokenArgument{a.kind, a.block, a.path})
	}
	return all
}

// read sets the argument to text, validates and reads its block with p, and returns the diagnostics. If
// the argument is in the provider block, read configures a new process instead of using p.
func (a tokenArgument) read(t *testing.T, p *acctest.Process, text string) acctest.Diagnostics {
	t.Helper()
	if a.kind == "provider" {
		return startProvider(t).Configure(object{"issuer": "https://z.example", a.path: text})
	}
	block := object{}
	switch a.block {
	case "zitadel_introspection", "zitadel_token_verification", "zitadel_userinfo":
		block["token"] = "a"
	case tokenExchangeBlock:
		block["subject_token"] = "a"
	}
	if parent, name, isNested := strings.Cut(a.path, "."); isNested {
		block[parent] = object{name: text}
	} else {
		block[a.path] = text
	}
	_, found := p.Read(a.kind, a.block, block)
	return found
}

// All arguments whose values are tokens, and decode_jwt, must reject the malformed tokens in
// internal/token/testdata/forms with the same code. The message must contain no part of the value. If it
// suggests an expression, the expression must evaluate to the token.
func TestTokenForms(t *testing.T) {
	t.Parallel()
	skipTable(t)
	arguments := tokenArguments(t)
	if len(arguments) < 10 {
		t.Fatalf("found %d arguments, want at least 10: %v", len(arguments), arguments)
	}
	p := startConfigured(t, object{"issuer": "http://127.0.0.1:1", "max_retries": 0})
	folder := filepath.Join("..", "token", "testdata", "forms")
	for _, form := range acctest.ReadForms(t, folder, 60) {
		t.Run(form.Name(), func(t *testing.T) {
			t.Parallel()
			for _, a := range arguments {
				found := a.read(t, p, form.Text).String()
				if form.Code == "" {
					if strings.Contains(found, "[token-") && !strings.Contains(found, "[token-cut]") {
						t.Errorf("%s %s.%s: got %s, want no message about a malformed token", a.kind, a.block, a.path, found)
					}
					continue
				}
				checkTokenMessage(t, folder, form, found)
			}
			if form.Code != "" && form.Text != "" {
				_, problem := callFunction(t, "decode_jwt", form.Text)
				if problem == nil {
					t.Fatal("decode_jwt accepts the malformed token")
				}
				checkTokenMessage(t, folder, form, problem.Text)
			}
		})
	}
}

// checkTokenMessage checks the message about a malformed token, which form describes. folder contains the
// forms. If the message suggests an expression, the expression must evaluate to the token that the form
// contains.
func checkTokenMessage(t *testing.T, folder string, form acctest.Form, text string) {
	t.Helper()
	if !strings.Contains(text, "["+form.Code+"]") {
		t.Errorf("got %s, want [%s]", text, form.Code)
	}
	want := ""
	if form.Value != "" {
		want = acctest.ReadFile(t, filepath.Join(folder, form.Value))
	}
	checkNoPart(t, text, want)
	expression := acctest.ExpressionIn(text)
	_, hasSteps := form.Values["steps"]
	if (expression != "") != (hasSteps || form.Code == "token-is-path") {
		t.Errorf("the message suggests the expression %q, want an expression: %t: %s", expression, expression == "", text)
	}
	if expression == "" {
		return
	}
	var files map[string]string
	if form.Code == "token-is-path" {
		want = "token"
		files = map[string]string{strings.TrimPrefix(form.Text, "file://"): want + "\n"}
	}
	if got := acctest.EvaluateSuggestion(t, expression, form.Text, files); got != want {
		t.Errorf("%s evaluates to %q, want the token", expression, got)
	}
}

// checkNoPart reports an error if a message contains a part of a token, or "canary".
func checkNoPart(t *testing.T, text, jwt string) {
	t.Helper()
	for _, part := range append(strings.Split(jwt, "."), "canary", "CANARY") {
		if part != "" && strings.Contains(text, part) {
			t.Errorf("the message contains %q: %s", part, text)
		}
	}
}

// Blocks that check tokens must report a truncated token, or a token of the wrong kind, in their results.
// Other blocks must report it before the request if the request is certain to fail, and otherwise as a
// likely cause of the rejection.
func TestTokensOfDifferentKind(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	w := i.World
	i.AllowImpersonation(true)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
	issued := p.MustRead("data", "zitadel_access_token", object{
		"project_ids": []string{w.Project.ID}, "scopes": []string{"openid"},
	})
	opaque := p.MustRead("data", "zitadel_access_token", object{
		"credentials": object{"key_json": string(w.Service.KeyJSON())},
	})
	jwt, id, jwe := issued["access_token"].(string), issued["id_token"].(string), opaque["access_token"].(string)
	assertion := p.MustRead("data", "zitadel_client_assertion", nil)["assertion"].(string)
	cutJWT, cutJWE := jwt[:strings.LastIndex(jwt, ".")], jwe[:strings.LastIndex(jwe, ".")]
	input := signingInputFor(t, i.URL, time.Now())
	secrets := []string{jwt, id, jwe, assertion, input}
	api, oidc := object{"key_json": string(w.API.KeyJSON())}, object{"key_json": string(w.OIDC.KeyJSON())}

	for name, c := range map[string]struct {
		block     string
		arguments object
		codes     []string // expected in the diagnostics; nil if there must be none
		failures  []string // expected failure codes in the results; nil to skip the check
	}{
		"userinfo, truncated JWT": {"zitadel_userinfo", object{"token": cutJWT}, []string{"token-cut"}, nil},
		"userinfo, truncated JWE": {"zitadel_userinfo", object{"token": cutJWE}, []string{"token-cut"}, nil},
		"userinfo, unsigned assertion": {
			"zitadel_userinfo", object{"token": input}, []string{"token-is-assertion"}, nil,
		},
		"exchange, unsigned assertion": {
			tokenExchangeBlock, object{"subject_token": input}, []string{"token-is-assertion"}, nil,
		},
		"exchange, unsigned assertion as actor token": {
			tokenExchangeBlock, object{"subject_token": jwt, "actor_token": input}, []string{"token-is-assertion"}, nil,
		},
		"verification, unsigned assertion": {verificationBlock, object{"token": input}, nil, []string{"malformed"}},
		"userinfo, ID token": {
			"zitadel_userinfo", object{"token": id}, []string{"userinfo-token-rejected", "token-of-other-kind"}, nil,
		},
		"userinfo, assertion": {
			"zitadel_userinfo", object{"token": assertion},
			[]string{"userinfo-token-rejected", "token-of-other-kind"}, nil,
		},
		"exchange, truncated JWT": {tokenExchangeBlock, object{"subject_token": cutJWT}, []string{"token-cut"}, nil},
		"exchange, truncated actor token": {
			tokenExchangeBlock, object{"subject_token": jwt, "actor_token": cutJWE}, []string{"token-cut"}, nil,
		},
		"exchange, ID token": {
			tokenExchangeBlock, object{"subject_token": id}, []string{"subject-token-invalid", "token-of-other-kind"},
			nil,
		},
		"exchange, opaque as JWT": {
			tokenExchangeBlock, object{"subject_token": jwe, "subject_token_type": "jwt", "actor_token": jwe},
			[]string{"subject-token-invalid", "token-not-jwt"}, nil,
		},
		"exchange, opaque as ID token": {tokenExchangeBlock, object{"subject_token": jwe, "subject_token_type": "id_token"},
			[]string{"subject-token-invalid", "token-not-jwt"}, nil},
		"exchange, assertion as actor token": {tokenExchangeBlock, object{"subject_token": jwt, "actor_token": assertion},
			[]string{"actor-token-invalid", "token-of-other-kind"}, nil},
		"verification, opaque":        {verificationBlock, object{"token": jwe}, nil, []string{"opaque_token"}},
		"verification, truncated JWT": {verificationBlock, object{"token": cutJWT}, nil, []string{"malformed"}},
		"verification, truncated JWE": {verificationBlock, object{"token": cutJWE}, nil, []string{"malformed"}},
		"verification, ID token":      {verificationBlock, object{"token": id}, nil, []string{"expired", "not_access_token"}},
		"verification, assertion":     {verificationBlock, object{"token": assertion}, nil, []string{"unknown_key"}},
		"introspection, truncated JWT": {
			"zitadel_introspection", object{"token": cutJWT, "credentials": api}, nil, []string{"inactive"},
		},
		"introspection, ID token": {
			"zitadel_introspection", object{"token": id, "credentials": api}, nil, []string{"inactive"},
		},
		"access token as assertion": {
			"zitadel_access_token", object{"credentials": object{"assertion": jwt}}, []string{"assertion-is-token"},
			nil,
		},
		"ID token as assertion": {
			"zitadel_access_token", object{"credentials": object{"assertion": id}}, []string{"assertion-is-token"},
			nil,
		},
		"PAT as assertion": {
			"zitadel_introspection", object{"token": "a", "credentials": object{"assertion": jwe}},
			[]string{"assertion-is-token"}, nil,
		},
		"unsigned assertion": {
			"zitadel_access_token", object{"credentials": object{"assertion": input}},
			[]string{"assertion-without-signature"}, nil,
		},
		"empty signature": {
			"zitadel_introspection", object{"token": "a", "credentials": object{"assertion": input + "."}},
			[]string{"assertion-without-signature"}, nil,
		},
		"truncated assertion": {
			"zitadel_access_token", object{"credentials": object{"assertion": cutJWT}}, []string{"token-cut"}, nil,
		},
		"valid assertion": {"zitadel_access_token", object{"credentials": object{"assertion": assertion}}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			arguments := object{}
			for name, value := range c.arguments {
				arguments[name] = value
			}
			switch c.block {
			case tokenExchangeBlock:
				arguments["credentials"] = oidc
			case verificationBlock:
				arguments["required_audience"] = []string{}
			}
			p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
			result, found := p.Read("data", c.block, arguments)
			if c.codes == nil && len(found) > 0 {
				t.Fatal(found)
			}
			for _, code := range c.codes {
				acctest.CheckContains(t, found, "["+code+"]")
			}
			for _, secret := range secrets {
				checkNoPart(t, found.String(), secret)
			}
			if c.failures != nil && !slices.Equal(failureCodes(result), c.failures) {
				t.Errorf("got failures %v, want %v", result["failures"], c.failures)
			}
		})
	}
	for text, code := range map[string]string{
		cutJWT: "jwt-parts", cutJWE: "jwt-parts", jwe: "jwt-encrypted", "abcdef": "jwt-opaque",
	} {
		if _, problem := callFunction(t, "decode_jwt", text); problem == nil ||
			!strings.Contains(problem.Text, "["+code+"]") {
			t.Errorf("decode_jwt: got %v, want %s", problem, code)
		}
	}
}

// If the subject of an exchange is a user ID, the messages must be about the user, not about a token.
func TestExchangeForUserID(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	i.AllowImpersonation(true)
	i.MakeImpersonator(w.ServiceJWT)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
	actor := p.MustRead("data", "zitadel_access_token", object{"project_ids": []string{w.Project.ID}})["access_token"]
	for name, c := range map[string]struct {
		user  string
		scope string
		code  string
	}{
		"unknown ID": {"1", "openid", "exchange-user-unknown"},
		"user name":  {w.Service.Name, "openid", "exchange-user-unknown"},
		"scope":      {w.Service.ID, "email", "exchange-scope-of-user"},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := p.Read("data", tokenExchangeBlock, object{
				"credentials": object{"key_json": string(w.OIDC.KeyJSON())}, "subject_token": c.user,
				"subject_token_type": "user_id", "actor_token": actor, "scopes": []string{c.scope},
			})
			acctest.CheckContains(t, found, "ERROR", "["+c.code+"]")
			if strings.Contains(found.String(), "[subject-token-invalid]") ||
				strings.Contains(found.String(), "[exchange-scope]") {
				t.Errorf("the message is about a token: %v", found)
			}
		})
	}
}

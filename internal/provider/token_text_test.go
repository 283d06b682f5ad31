package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// tokenForm is a form in which people pass a token.
type tokenForm struct {
	name string
	wrap func(token string) string
	code string // of the fault
	// apply does what the message suggests, with the value of the fault; nil if the
	// message suggests no expression.
	apply func(text, value string) string
}

// tokenForms returns forms of tokens with something around them, or of other things.
func tokenForms() []tokenForm {
	around := func(before, after string) func(string) string {
		return func(token string) string { return before + token + after }
	}
	is := func(text string) func(string) string { return func(string) string { return text } }
	trimSpace := func(text, _ string) string { return strings.TrimSpace(text) }
	trimPrefix := func(text, prefix string) string { return strings.TrimPrefix(text, prefix+" ") }
	member := func(text, name string) string {
		var members map[string]any
		if json.Unmarshal([]byte(text), &members) != nil {
			return ""
		}
		value, _ := members[name].(string)
		return value
	}
	decoded := func(text, _ string) string {
		var value string
		if json.Unmarshal([]byte(text), &value) != nil {
			return ""
		}
		return value
	}
	return []tokenForm{
		{"empty", is(""), "token-empty", nil},
		{"line break", around("", "\n"), "token-whitespace", trimSpace},
		{"CRLF", around("", "\r\n"), "token-whitespace", trimSpace},
		{"CR", around("", "\r"), "token-whitespace", trimSpace},
		{"space before", around(" ", ""), "token-whitespace", trimSpace},
		{"tab after", around("", "\t"), "token-whitespace", trimSpace},
		{"no-break space", around("", "\u00a0"), "token-whitespace", trimSpace},
		{"byte order mark", around("\ufeff", ""), "token-whitespace", nil},
		{"zero-width space", around("", "\u200b"), "token-whitespace", nil},
		{"wrapped by a terminal", func(t string) string { return t[:20] + "\n" + t[20:] }, "token-whitespace", nil},
		{"zero-width space inside", func(t string) string { return t[:20] + "\u200b" + t[20:] }, "token-whitespace", nil},
		{"quoted", around(`"`, `"`), "token-quoted", decoded},
		{"single quotes", around("'", "'"), "token-quoted", nil},
		{"smart quotes", around("\u201c", "\u201d"), "token-quoted", nil},
		{"quoted, with a line break", around(`"`, "\"\n"), "token-quoted", decoded},
		{"Bearer", around("Bearer ", ""), "token-header", trimPrefix},
		{"bearer", around("bearer ", ""), "token-header", nil},
		{"Token", around("Token ", ""), "token-header", trimPrefix},
		{"Token:", around("Token: ", ""), "token-header", nil},
		{"Authorization", around("Authorization: Bearer ", "\n"), "token-header", nil},
		{"Basic", around("Basic ", ""), "token-header", trimPrefix},
		{"quoted Bearer", around(`"Bearer `, `"`), "token-header", nil},
		{
			"token response",
			around(`{"access_token":"`, `","token_type":"Bearer","expires_in":43199,"id_token":"a.b.c"}`),
			"token-response",
			member,
		},
		{
			"token response, indented",
			around("{\n  \"token_type\": \"Bearer\",\n  \"access_token\": \"", "\"\n}\n"),
			"token-response",
			member,
		},
		{"response with a PAT", around(`{"tokenId":"1","token":"`, `","details":{}}`), "token-response", member},
		{"terraform output -json", around(`{"sensitive":true,"type":"string","value":"`, `"}`), "token-response", member},
		{"error response", is(`{"error":"invalid_grant","error_description":"canary"}`), "token-json", nil},
		{"list", around(`["`, `"]`), "token-json", nil},
		{"cut JSON", around(`{"access_token":"`, ""), "token-json", nil},
		{"form", around("access_token=", "&token_type=Bearer"), "token-parameter", nil},
		{"URL of a login", around("https://app.example/callback#access_token=", "&state=a"), "token-parameter", nil},
		{"key JSON", is(acctest.ServiceKey()), "token-is-key", nil},
		{"PEM", is("-----BEGIN-RSA-PRIVATE-KEY-----canary"), "token-is-key", nil},
		{"path", is("/run/secrets/canary"), "token-is-path", nil},
		{"relative path", is("./canary"), "token-is-path", nil},
		{"file name", is("canary.pat"), "token-is-path", nil},
		{"shell variable", is("${CANARY_TOKEN}"), "token-placeholder", nil},
		{"placeholder", is("<canary>"), "token-placeholder", nil},
		{"null", is("null"), "token-placeholder", nil},
		{"masked", is("***"), "token-placeholder", nil},
		{"sensitive value", is("(sensitive-value)"), "", nil}, // could be a token
	}
}

// tokenArgument is an argument that is a token.
type tokenArgument struct {
	kind, block, path string
}

// tokenArguments returns the arguments that are tokens: all that are secret, but for
// keys and passwords.
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

// read validates and reads a block whose argument is a text.
func (a tokenArgument) read(t *testing.T, text string) acctest.Diagnostics {
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
	_, found := startConfigured(t, object{"issuer": "http://127.0.0.1:1", "max_retries": 0}).Read(a.kind, a.block, block)
	return found
}

// Each form of a token that cannot be one is rejected with the same code by each
// argument that is a token, and by decode_jwt. The message contains no part of the
// value, and what it suggests works.
func TestTokenForms(t *testing.T) {
	t.Parallel()
	skipTable(t)
	arguments := tokenArguments(t)
	if len(arguments) < 10 {
		t.Fatalf("%v", arguments)
	}
	jwt := acctest.UnsignedJWT(
		`{"alg":"RS256","kid":"canary"}`,
		`{"iss":"https://z.example","jti":"canary-canary-canary"}`,
	) + "Y2FuYXJ5"
	for _, form := range tokenForms() {
		t.Run(form.name, func(t *testing.T) {
			text := form.wrap(jwt)
			err := token.CheckText(text)
			if fault.Is(err, form.code) != (form.code != "") {
				t.Fatalf("%v, want %s", err, form.code)
			}
			if form.code == "" {
				return
			}
			for _, a := range arguments {
				found := a.read(t, text)
				if !strings.Contains(found.String(), "["+form.code+"]") {
					t.Errorf("%s %s.%s: %v", a.kind, a.block, a.path, found)
				}
				checkNoPart(t, found.String(), jwt)
			}
			if form.name != "empty" {
				_, problem := callFunction(t, "decode_jwt", text)
				if problem == nil || !strings.Contains(problem.Text, "["+form.code+"]") {
					t.Errorf("decode_jwt: %v", problem)
				} else {
					checkNoPart(t, problem.Text, jwt)
				}
			}
			if form.apply != nil {
				values := fault.All(err)[0].Values
				value, _ := values["member"].(string)
				if prefix, isPrefix := values["header"].(string); isPrefix {
					value = prefix
				}
				if got := form.apply(text, value); got != jwt {
					t.Errorf("the suggestion, with %q, results in %q", value, got)
				}
			}
		})
	}
}

// checkNoPart reports an error if a message contains a part of a token, or canary.
func checkNoPart(t *testing.T, text, jwt string) {
	t.Helper()
	for _, part := range append(strings.Split(jwt, "."), "canary", "CANARY") {
		if part != "" && strings.Contains(text, part) {
			t.Errorf("%q in %s", part, text)
		}
	}
}

// A truncated token, or one of a different kind than the block requires, is reported:
// before the request if it is certain to fail, in the results of blocks that check tokens,
// and otherwise as a likely cause of a rejection.
func TestTokensOfDifferentKind(t *testing.T) {
	t.Parallel()
	skipTable(t)
	i := acctest.StartIssuer(t)
	w := i.World
	i.AllowImpersonation(true)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
	issued := p.MustRead(
		"data",
		"zitadel_access_token",
		object{"project_ids": []string{w.Project.ID}, "scopes": []string{"openid"}},
	)
	opaque := p.MustRead(
		"data",
		"zitadel_access_token",
		object{"credentials": object{"key_json": string(w.Service.KeyJSON())}},
	)
	jwt, id, jwe := issued["access_token"].(string), issued["id_token"].(string), opaque["access_token"].(string)
	assertion := p.MustRead("data", "zitadel_client_assertion", nil)["assertion"].(string)
	cutJWT, cutJWE := jwt[:strings.LastIndex(jwt, ".")], jwe[:strings.LastIndex(jwe, ".")]
	secrets := []string{jwt, id, jwe, assertion}
	api, oidc := object{"key_json": string(w.API.KeyJSON())}, object{"key_json": string(w.OIDC.KeyJSON())}

	for name, c := range map[string]struct {
		block     string
		arguments object
		codes     []string // in the message, in brackets
		failures  []string // or in the results
	}{
		"userinfo, cut JWT": {"zitadel_userinfo", object{"token": cutJWT}, []string{"token-cut"}, nil},
		"userinfo, cut JWE": {"zitadel_userinfo", object{"token": cutJWE}, []string{"token-cut"}, nil},
		"userinfo, ID " +
			"token": {"zitadel_userinfo", object{"token": id}, []string{"userinfo-token-rejected", "token-of-other-kind"}, nil},
		"userinfo, " +
			"assertion": {"zitadel_userinfo", object{"token": assertion}, []string{"userinfo-token-rejected", "token-of-other-kind"}, nil},
		"exchange, cut JWT": {tokenExchangeBlock, object{"subject_token": cutJWT}, []string{"token-cut"}, nil},
		"exchange, cut " +
			"actor": {tokenExchangeBlock, object{"subject_token": jwt, "actor_token": cutJWE}, []string{"token-cut"}, nil},
		"exchange, ID " +
			"token": {tokenExchangeBlock, object{"subject_token": id}, []string{"subject-token-invalid", "token-of-other-kind"}, nil},
		"exchange, opaque as " +
			"JWT": {tokenExchangeBlock, object{"subject_token": jwe, "subject_token_type": "jwt"}, []string{"subject-token-invalid", "token-not-jwt"}, nil},
		"exchange, opaque as ID token": {tokenExchangeBlock, object{"subject_token": jwe, "subject_token_type": "id_token"},
			[]string{"subject-token-invalid", "token-not-jwt"}, nil},
		"exchange, actor": {tokenExchangeBlock, object{"subject_token": jwt, "actor_token": assertion},
			[]string{"actor-token-invalid", "token-of-other-kind"}, nil},
		"verification, opaque":    {verificationBlock, object{"token": jwe}, nil, []string{"opaque_token"}},
		"verification, cut JWT":   {verificationBlock, object{"token": cutJWT}, nil, []string{"malformed"}},
		"verification, cut JWE":   {verificationBlock, object{"token": cutJWE}, nil, []string{"malformed"}},
		"verification, ID token":  {verificationBlock, object{"token": id}, nil, []string{"expired", "not_access_token"}},
		"verification, assertion": {verificationBlock, object{"token": assertion}, nil, []string{"unknown_key"}},
		"introspection, cut " +
			"JWT": {"zitadel_introspection", object{"token": cutJWT, "credentials": api}, nil, []string{"inactive"}},
		"introspection, ID " +
			"token": {"zitadel_introspection", object{"token": id, "credentials": api}, nil, []string{"inactive"}},
		"assertion, access " +
			"token": {"zitadel_access_token", object{"credentials": object{"assertion": jwt}}, []string{"assertion-is-token"}, nil},
		"assertion, ID " +
			"token": {"zitadel_access_token", object{"credentials": object{"assertion": id}}, []string{"assertion-is-token"}, nil},
		"assertion, " +
			"PAT": {"zitadel_introspection", object{"token": "a", "credentials": object{"assertion": jwe}}, []string{"assertion-is-token"}, nil},
		"assertion, " +
			"cut": {"zitadel_access_token", object{"credentials": object{"assertion": cutJWT}}, []string{"token-cut"}, nil},
		"assertion, valid": {"zitadel_access_token", object{"credentials": object{"assertion": assertion}}, nil, nil},
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
			result, found := startConfigured(
				t,
				object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())},
			).Read(
				"data",
				c.block,
				arguments,
			)
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
				t.Errorf("failures %v", result["failures"])
			}
		})
	}
	for text, code := range map[string]string{cutJWT: "jwt-parts", cutJWE: "jwt-parts", jwe: "jwt-encrypted", "abcdef": "jwt-opaque"} {
		if _, problem := callFunction(t, "decode_jwt", text); problem == nil ||
			!strings.Contains(problem.Text, "["+code+"]") {
			t.Errorf("decode_jwt: %v, want %s", problem, code)
		}
	}
}

// An exchange for a user ID speaks of the user, not of a token.
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
				t.Error(found)
			}
		})
	}
}

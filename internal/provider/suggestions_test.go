package provider_test

import (
	"cmp"
	"encoding/base64"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// suggests matches a next step that contains a value or an expression for the user to copy.
var suggests = regexp.MustCompile(`\b[Ww]rite\b|\b(?:such as|like) \S|[a-z_] = |[a-z0-9]\(\S|https?://|"|` +
	`\{\{[^}]*\.(?:suggestion|plain|expression|file_expression|decoded|role|roles_scope|project_scope|` +
	`assignments|set_insecure)\b`)

// notApplied contains the codes of messages whose suggestions a test cannot apply. The values are the
// reasons.
var notApplied = map[string]string{
	"assertion-expired":           "a different program signs the assertion",
	"assertion-key-unknown":       "a different program signs the assertion",
	"assertion-payload-invalid":   "a different program signs the assertion",
	"credentials-missing":         "the suggestion requires a provider block with an alias",
	"key-missing":                 "the suggestion requires a provider block with an alias",
	"exchange-disabled":           "the suggestion enables a feature of the instance",
	"exchange-grant-type-missing": "the suggestion changes a setting of the application in ZITADEL",
	"impersonation-disabled":      "the suggestion changes a setting of the instance",
}

// appliedToKeys contains the codes of messages about keys that suggest an expression. TestKeySuggestions
// in package message evaluates these expressions, for each form in internal/key/testdata/forms.
var appliedToKeys = []string{
	"key-json-wrapped", "key-json-several", "key-json-without-key", "key-json-is-pem", "key-member-encoded",
}

// TestEverySuggestionIsApplied checks that each suggestion in the next step of a message is applied by a
// test, unless the code of the message is in notApplied. The suggestions are applied by the tests that
// call checkSuggestions, by TestSurplus, TestFunctionSuggestions, TestAddresses and TestTokenForms, and by
// TestKeySuggestions in package message.
func TestEverySuggestionIsApplied(t *testing.T) {
	t.Parallel()
	applied := map[string]bool{}
	for _, code := range slices.Concat(appliedToKeys, surplusCodes) {
		applied[code] = true
	}
	for _, s := range slices.Concat(
		suggestions(t, t.TempDir()), schemeSuggestions(t), keySuggestions(t, t.TempDir()), tokenSuggestions(t),
	) {
		applied[s.code] = true
	}
	for _, s := range functionSuggestions(t) {
		applied[s.code] = true
	}
	for _, form := range addressForms(t) {
		applied[form.Code] = applied[form.Code] || len(form.corrected()) > 0
	}
	for _, form := range acctest.ReadForms(t, filepath.Join("..", "token", "testdata", "forms"), 60) {
		applied[form.Code] = applied[form.Code] || form.Values["steps"] != nil || form.Code == "token-is-path"
	}
	// If several messages have the same next step, it is enough to apply the step for one of them.
	found, steps := map[string]bool{}, map[string]bool{}
	for _, section := range message.Sections() {
		for _, m := range section.Messages {
			if suggests.MatchString(strings.ReplaceAll(m.Next, `{{template "log" .}}`, "")) {
				found[m.Code] = true
				steps[m.Next] = steps[m.Next] || applied[m.Code] || notApplied[m.Code] != ""
			}
		}
	}
	for next, isApplied := range steps {
		if !isApplied {
			t.Errorf("no test applies the suggestion %q", next)
		}
	}
	for code := range notApplied {
		if !found[code] || applied[code] {
			t.Errorf("%s is in notApplied, but its message has no suggestion or a test applies the suggestion", code)
		}
	}
}

// suggestion is a test case: a configuration that causes a message with a suggestion.
type suggestion struct {
	code        string
	environment map[string]string
	provider    object
	kind, block string // "" as the kind means "data"
	arguments   object
	without     string // name of an argument that is removed when the suggestion is applied
	text        string // the suggested value or expression
	// argument is the name of the argument or variable that is set to the suggested value. A name that
	// begins with "provider." denotes an argument of the provider block, and a name that begins with
	// "ZITADEL_" an environment variable. If text is an assignment, argument is "provider." or "".
	argument string
	scope    acctest.Scope // the values and files that the suggested expression refers to
	// convert returns the corrected value. It is nil if text is a value, an expression or an assignment
	// that can be applied as it is.
	convert func(text string) any
}

// read configures the provider, reads the block if the provider block is valid, and returns the
// diagnostics.
func (s suggestion) read(t *testing.T) acctest.Diagnostics {
	t.Helper()
	for name, value := range s.environment {
		t.Setenv(name, value)
	}
	p := startProvider(t)
	if found := p.Configure(s.provider); len(found) > 0 {
		return found
	}
	_, found := p.Read(cmp.Or(s.kind, "data"), s.block, s.arguments)
	return found
}

// corrected returns a copy of s in which the suggested value replaces the invalid value.
func (s suggestion) corrected(t *testing.T) suggestion {
	t.Helper()
	value, expression := any(s.text), s.text
	name, assigned, isAssignment := strings.Cut(s.text, " = ")
	if isAssignment = isAssignment && s.convert == nil; isAssignment {
		s.argument, expression = s.argument+name, assigned
	}
	switch {
	case s.convert != nil:
		value = s.convert(s.text)
	case isAssignment || strings.ContainsAny(expression, `("`) || strings.HasPrefix(expression, "var."):
		value = acctest.Evaluate(t, strings.Replace(expression, "...", "value", 1), s.scope)
	}
	s.environment, s.provider, s.arguments = maps.Clone(s.environment), maps.Clone(s.provider), maps.Clone(s.arguments)
	delete(s.arguments, s.without)
	delete(s.provider, strings.TrimPrefix(s.without, "provider."))
	if argument, isInProvider := strings.CutPrefix(s.argument, "provider."); isInProvider {
		s.provider[argument] = value
	} else if text, isText := value.(string); isText && strings.HasPrefix(s.argument, "ZITADEL_") {
		s.environment[s.argument] = text
	} else {
		s.arguments[s.argument] = value
	}
	return s
}

// suggestions returns the test cases of TestSuggestions. It omits messages that are covered by the other
// tests listed at TestEverySuggestionIsApplied. It writes a key to key.json in folder.
func suggestions(t *testing.T, folder string) []suggestion {
	t.Helper()
	const unused, example = "http://127.0.0.1:1", "https://my-tenant.zitadel.cloud"
	w, key := acctest.World(), acctest.ServiceKey()
	acctest.WriteFile(t, folder, "key.json", []byte(key))
	authority := map[string]string{"ca.pem": acctest.NewCertificate(t, "z.example", time.Now().Add(time.Hour)).PEM}
	encodedAuthority := base64.StdEncoding.EncodeToString([]byte(authority["ca.pem"]))
	with := func(name string, value any) object {
		block := object{"issuer": unused, "max_retries": 0, "key_json": key}
		if name == "key_file" {
			delete(block, "key_json")
		}
		block[name] = value
		return block
	}
	all := []suggestion{
		{code: "issuer-missing", provider: with("issuer", nil), text: example, argument: "provider.issuer"},
		{
			code: "port-without-domain", provider: object{"port": "8443", "key_json": key}, text: "domain",
			argument: "provider.domain", convert: func(string) any { return "z.example" },
		},
		{
			code: "key-id-missing", block: accessTokenBlock,
			provider: with("key_json", acctest.ChangeKey(t, w.Service.KeyJSON(), map[string]any{"keyId": nil})),
			text:     `jsonencode({ ..., keyId = "KEY-ID" })`, argument: "provider.key_json",
			convert: func(string) any { return key },
		},
		{code: "url-empty", provider: with("issuer", ""), text: example, argument: "provider.issuer"},
		{code: "url-invalid", provider: with("issuer", "http://[::1"), text: example, argument: "provider.issuer"},
		{code: "url-without-host", provider: with("issuer", "https://"), text: example, argument: "provider.issuer"},
		{
			code: "url-with-user", provider: with("issuer", "https://ann:canary@z.example"), argument: "provider.issuer",
			text: "scheme, host and port", convert: func(string) any { return "https://z.example" },
		},
		{
			code: "domain-with-user", provider: object{"domain": "ann:canary@z.example", "key_json": key},
			text: "only the host name", argument: "provider.domain", convert: func(string) any { return "z.example" },
		},
		{
			code: "service-account-key-for-revocation", kind: "ephemeral", block: accessTokenBlock,
			arguments: object{"revoke_with": object{"key_json": key}}, argument: "revoke_with",
			text:    `type "application"`,
			convert: func(string) any { return object{"key_json": string(w.OIDC.KeyJSON())} },
		},
		{
			code: "issuer-plain-http", provider: with("issuer", "http://z.example"), text: "insecure = true",
			argument: "provider.",
		},
		{
			code: "value-placeholder", provider: with("issuer", "https://${HOST}"), text: "var.name",
			argument: "provider.issuer", scope: acctest.Scope{Value: "https://z.example"},
		},
		{
			code: "ca-certificate-missing", provider: with("ca_cert_pem", "ca.pem"), argument: "provider.",
			text: `ca_cert_pem = file("ca.pem")`, scope: acctest.Scope{Files: authority},
		},
		{
			code: "ca-certificate-missing", argument: "provider.", text: "ca_cert_pem = base64decode(...)",
			provider: with("ca_cert_pem", encodedAuthority), scope: acctest.Scope{Value: encodedAuthority},
		},
		{
			code: "proxy-url-invalid", provider: with("proxy_url", "proxy:3128"), text: "http://proxy.example:3128",
			argument: "provider.proxy_url",
		},
		{
			code: "key-file-tilde", provider: with("key_file", "~/key.json"), text: `pathexpand("~/key.json")`,
			argument: "provider.key_file", environment: map[string]string{"HOME": folder, "USERPROFILE": folder},
		},
		{
			code: "key-file-prefix", provider: with("key_file", "file://"+folder+"/key.json"),
			text: `"` + folder + `/key.json"`, argument: "provider.key_file",
		},
		{
			code: "key-file-relative", provider: with("key_file", "key.json"), text: `"${path.module}/key.json"`,
			argument: "provider.key_file", scope: acctest.Scope{Module: folder},
		},
		{
			code: "application-key-for-token", provider: with("key_json", string(w.API.KeyJSON())),
			block: accessTokenBlock, text: `type "serviceaccount"`, argument: "provider.key_json",
			convert: func(string) any { return key },
		},
		{
			code: "service-account-key-for-introspection", provider: with("key_json", key),
			block: "zitadel_introspection", arguments: arguments("zitadel_introspection"), text: `type "application"`,
			argument: "provider.key_json",
			convert:  func(string) any { return string(w.API.KeyJSON()) },
		},
		{
			code: "service-account-key-for-exchange", provider: with("key_json", key), block: tokenExchangeBlock,
			arguments: arguments(tokenExchangeBlock), text: `type "application"`, argument: "provider.key_json",
			convert: func(string) any { return string(w.OIDC.KeyJSON()) },
		},
		{
			code: "number-invalid", environment: map[string]string{"ZITADEL_MAX_RETRIES": "3x"},
			provider: object{"issuer": unused, "key_json": key}, block: accessTokenBlock, text: "only digits",
			argument: "ZITADEL_MAX_RETRIES", convert: func(string) any { return "3" },
		},
		{
			code: "scope-space", block: accessTokenBlock, arguments: object{"scopes": []string{"openid profile"}},
			text: "separate entry", argument: "scopes",
			convert: func(string) any { return []string{"openid", "profile"} },
		},
		{
			code: "role-space", block: accessTokenBlock, arguments: object{"scopes": []string{token.RoleScope("a b")}},
			text: token.RolesScope, argument: "scopes", convert: func(scope string) any { return []string{scope} },
		},
		{
			code: "audience-not-checked", block: verificationBlock, arguments: object{"token": "a"},
			text: "required_audience = [var.project_id]", scope: acctest.Scope{Value: w.Project.ID},
		},
		{
			code: "audience-not-checked", block: verificationBlock, arguments: object{"token": "a"},
			text: "required_audience = []",
		},
		{
			code: "scope-shows-no-grant", block: "zitadel_introspection", text: `required_roles = ["reader"]`,
			without:   "required_scopes",
			arguments: object{"token": "a", "required_scopes": []string{token.RoleScope("reader")}},
		},
	}
	for block, name := range map[string]string{
		"zitadel_introspection": "required_audience", verificationBlock: "required_audience", tokenExchangeBlock: "audience",
	} {
		given := arguments(block)
		given[name] = []string{token.ProjectScope("123456")}
		all = append(all, suggestion{
			code: "audience-is-scope", block: block, arguments: given, text: `"123456"`, argument: name,
			convert: func(string) any { return []string{"123456"} },
		})
	}
	for value, text := range map[string]string{
		"urn:ietf:params:oauth:token-type:id_token": `"id_token"`, "'JWT'\n": `"jwt"`, "canary": `"access_token"`,
	} {
		for _, argument := range []string{"subject_token_type", "actor_token_type", "requested_token_type"} {
			given := arguments(tokenExchangeBlock)
			given[argument], given["actor_token"] = value, given["subject_token"]
			all = append(all, suggestion{
				code: "token-type-invalid", block: tokenExchangeBlock, arguments: given, text: text, argument: argument,
			})
		}
	}
	for _, text := range []string{"90s", "5m", "1h30m"} {
		all = append(all, suggestion{
			code: "duration-invalid", provider: with("key_expiry_warning", "5 minutes"), text: text,
			argument: "provider.key_expiry_warning",
		})
	}
	for _, text := range []string{"true", "false"} {
		all = append(all, suggestion{
			code: "boolean-invalid", environment: map[string]string{"ZITADEL_INSECURE_SKIP_VERIFY_TLS": "on"},
			block: accessTokenBlock, text: text, argument: "ZITADEL_INSECURE_SKIP_VERIFY_TLS",
		})
	}
	for n, s := range all {
		if all[n].block = cmp.Or(s.block, signing); s.provider == nil {
			all[n].provider = with("max_retries", 0)
		}
	}
	return all
}

// Each message must contain the suggestion. If the suggestion is applied, the fault must no longer be
// reported.
func TestSuggestions(t *testing.T) {
	checkSuggestions(t, suggestions(t, t.TempDir()))
}

// checkSuggestions checks that the message of each case contains the suggestion, and that the fault is no
// longer reported once the suggestion has been applied.
func checkSuggestions(t *testing.T, all []suggestion) {
	t.Helper()
	skipTable(t)
	for _, s := range all {
		t.Run(s.code+" "+s.text, func(t *testing.T) {
			acctest.CheckContains(t, s.read(t), "["+s.code, s.text)
			if found := s.corrected(t).read(t); strings.Contains(found.String(), "["+s.code) {
				t.Errorf("the fault is still reported after the suggestion was applied: %v", found)
			}
		})
	}
}

package provider_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// publicNames contains the attributes whose values are not secret, and can therefore appear in the error
// message of a check block. A name means the same in every block. All other attributes must be sensitive,
// so each new attribute requires a decision.
var publicNames = strings.Fields(`
	active alg app_id assertion_lifetime assertion_type audience auth_time authorization_endpoint ca_cert_pem
	client_cert_pem client_id code connect_url defer_until detail device_authorization_endpoint document_json domain
	email_verified end_session_endpoint expires_at expires_in fail_when_invalid forbid_impersonation grant_types_supported
	granted_scopes header_json insecure insecure_skip_verify_tls introspection_endpoint issued_at issued_token_type issuer
	jwk_thumbprint jwks_uri jwt_id key_expiry_warning key_file key_id key_size kid kty leeway lifetime locale
	max_retries min_validity not_before organization_id port primary_domain project_id project_ids
	public_key_jwk public_key_pem
	request_timeout requested_token_type required_audience required_roles required_scopes resource_owner.id
	resource_owner.name revocation_endpoint roles roles_by_project scopes scopes_supported subject subject_token_type
	actor_token_type token_endpoint token_format token_type type use user_id userinfo_endpoint valid
`)

// TestEveryAttribute checks the sensitivity and the description of each attribute of the provider, the
// data sources and the ephemeral resources.
func TestEveryAttribute(t *testing.T) {
	t.Parallel()
	found := everyAttribute(providerSchemas())
	if len(found) < 250 {
		t.Fatalf("found %d attributes, want at least 250", len(found))
	}
	used := map[string]bool{}
	for _, a := range found {
		t.Run(a.String(), func(t *testing.T) {
			used[a.name()], used[a.path] = true, true
			a.checkSensitivity(t)
			a.checkDescription(t)
			if a.path == "id" {
				t.Error("a block must not have an id attribute")
			}
		})
	}
	for _, name := range publicNames {
		if !used[name] {
			t.Errorf("%q is in publicNames, but no attribute has that name", name)
		}
	}
}

// attributeOf is an attribute, together with the block that it is in.
type attributeOf struct {
	kind, block string // such as "data" and "zitadel_jwks"
	path        string // such as "keys.kid"
	*tfprotov6.SchemaAttribute
}

func (a attributeOf) String() string { return a.kind + " " + a.block + "." + a.path }

// name returns the last part of the path.
func (a attributeOf) name() string { return a.path[strings.LastIndex(a.path, ".")+1:] }

func (a attributeOf) nested() bool { return strings.Contains(a.path, ".") }

// everyAttribute returns the attributes of the provider, the data sources and the ephemeral resources.
// The attributes of each block are in the order of its schema.
func everyAttribute(s *tfprotov6.GetProviderSchemaResponse) (all []attributeOf) {
	walk := func(kind, block string, schema *tfprotov6.Schema) {
		var descend func(prefix string, attributes []*tfprotov6.SchemaAttribute)
		descend = func(prefix string, attributes []*tfprotov6.SchemaAttribute) {
			for _, attribute := range attributes {
				all = append(all, attributeOf{kind, block, prefix + attribute.Name, attribute})
				if attribute.NestedType != nil {
					descend(prefix+attribute.Name+".", attribute.NestedType.Attributes)
				}
			}
		}
		descend("", schema.Block.Attributes)
	}
	walk("provider", "zitadel", s.Provider)
	for _, name := range acctest.SortedKeys(s.DataSourceSchemas) {
		walk("data", name, s.DataSourceSchemas[name])
	}
	for _, name := range acctest.SortedKeys(s.EphemeralResourceSchemas) {
		walk("ephemeral", name, s.EphemeralResourceSchemas[name])
	}
	return all
}

// checkSensitivity reports an error if an attribute in publicNames is sensitive, or if any other attribute
// is not. Objects are exempt, because their attributes are checked instead. A data source must not have a
// sensitive attribute unless it has an ephemeral twin.
func (a attributeOf) checkSensitivity(t *testing.T) {
	t.Helper()
	public := slices.Contains(publicNames, a.name()) || slices.Contains(publicNames, a.path)
	switch {
	case a.NestedType != nil && public:
		t.Error("publicNames contains an object; list the attributes of the object instead")
	case a.NestedType == nil && public == a.Sensitive:
		t.Errorf("sensitive: %t, in publicNames: %t; want one of them", a.Sensitive, public)
	case a.Sensitive && a.kind == "data" && providerSchemas().EphemeralResourceSchemas[a.block] == nil:
		t.Error("a data source without an ephemeral twin stores a secret")
	}
}

var (
	notProse = regexp.MustCompile("`[^`]*`" + `|\]\([^)]*\)`) // code and link targets
	// Words that descriptions must not contain.
	forbiddenWords = regexp.MustCompile(`(?i)\b(asks?|asked|asking|says?|said|tells?|told|knows?|knew|gives?|gave|` +
		`stands?|stood|who|whom|whoever|nobody|somebody|anybody|everybody|answers?|answered|questions?|ends|ended|` +
		`holds?|held|keeps?|kept|wants?|letter by letter|good for|(is|are) no|has run out)\b|n't\b|'(ll|re|ve|d)\b`)
	// Abbreviations in the wrong letter case.
	lowerCase = regexp.MustCompile(`\b(id|ids|url|json|tls|jwt|pem|http|https|Id|Url|Json)\b`)
	// Words that must not begin a description: articles, and words that cannot begin a noun phrase.
	otherPhrase = regexp.MustCompile(`^(The|An?|How|What|When|Where|Which|Who|Whom|Whose|Why|If|From|To|It|This|These|` +
		`There|Is|Are|Sets|Returns|Contains|Specifies|Enables|Adds|Defaults)\b`)
)

// checkDescription reports an error unless the description consists of one sentence and, optionally, a
// second sentence about the default, or about null or empty values. The first sentence must be a noun
// phrase or, for a boolean, begin with "Whether".
func (a attributeOf) checkDescription(t *testing.T) {
	t.Helper()
	checkWords(t, a.Description)
	first, last, _ := strings.Cut(a.Description, ". ")
	byDefault := strings.HasPrefix(last, "Defaults to ")
	switch {
	case !strings.HasSuffix(a.Description, ".") || strings.Contains(last, ". "):
		t.Errorf("%q has more than two sentences, or does not end with a period", a.Description)
	case last != "" && !byDefault && !strings.HasPrefix(last, "Null ") && !strings.HasPrefix(last, "Empty "):
		t.Errorf(`%q has a second sentence that does not begin with "Defaults to", "Null" or "Empty"`, a.Description)
	case strings.HasPrefix(first, "Whether ") != a.isBool():
		t.Errorf(`%q begins with "Whether": %t, want %t`, a.Description, !a.isBool(), a.isBool())
	case otherPhrase.MatchString(first) || strings.ToUpper(first[:1]) != first[:1]:
		t.Errorf("%q does not begin with a noun phrase", a.Description)
	case byDefault != (a.Optional && !a.nested()):
		// Nested arguments are always credentials, and have no defaults.
		t.Errorf("%q states the default: %t, want %t", a.Description, byDefault, !byDefault)
	}
}

func (a attributeOf) isBool() bool { return a.NestedType == nil && a.Type.Is(tftypes.Bool) }

// checkWords reports an error for each forbidden word in text, or if text is empty.
func checkWords(t *testing.T, text string) {
	t.Helper()
	prose := notProse.ReplaceAllString(text, "X")
	for _, word := range slices.Concat(forbiddenWords.FindAllString(prose, -1), lowerCase.FindAllString(prose, -1)) {
		t.Errorf("%q contains the forbidden word %q", text, word)
	}
	if strings.TrimSpace(text) == "" {
		t.Error("the description is empty")
	}
}

// The descriptions of the provider, the blocks and the functions must not contain forbidden words.
func TestSummaries(t *testing.T) {
	t.Parallel()
	s := providerSchemas()
	checkWords(t, s.Provider.Block.Description)
	for _, blocks := range []map[string]*tfprotov6.Schema{s.DataSourceSchemas, s.EphemeralResourceSchemas} {
		for name, schema := range blocks {
			t.Run(name, func(t *testing.T) { checkWords(t, schema.Block.Description) })
		}
	}
	for name, function := range s.Functions {
		t.Run(name, func(t *testing.T) {
			checkWords(t, function.Summary)
			checkWords(t, function.Description)
			for _, parameter := range function.Parameters {
				checkWords(t, parameter.Description)
			}
		})
	}
}

// Whenever the schemas are built, the attributes at each level must be sorted by name.
func TestAttributeOrder(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for range 10 {
		built, err := provider.NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			t.Fatal(err)
		}
		previous := map[string]string{} // maps each level to the name of its last attribute so far
		for n, a := range everyAttribute(built) {
			if first := everyAttribute(providerSchemas())[n]; first.String() != a.String() {
				t.Fatalf("attribute %d is %s, but %s when the schemas are built again", n, first, a)
			}
			level := strings.TrimSuffix(a.String(), a.name())
			if a.name() <= previous[level] {
				t.Errorf("%s must not come after %s", a, previous[level])
			}
			previous[level] = a.name()
		}
	}
}

package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// If a member of the token response or of the discovery document has the wrong JSON type,
// the error of each block that reads the response names the member.
func TestMemberTypes(t *testing.T) {
	t.Parallel()
	skipTable(t)
	tokenMembers := map[string]string{
		"access_token": "a string", "id_token": "a string", "token_type": "a string", "expires_in": "a number",
		"issued_token_type": "a string", "scope": "a string",
	}
	i := acctest.StartIssuer(t)
	token := object{"access_token": "canary-token", "token_type": "Bearer", "expires_in": 3600}
	exchanged := object{
		"subject_token": i.World.Service.PAT,
		"credentials":   object{"client_id": i.World.OIDC.ClientID, "client_secret": i.World.OIDC.Secret},
	}
	for member, right := range tokenMembers {
		wrongTypes(t, i, optest.Token, "zitadel_access_token", nil, token, member, right)
		wrongTypes(t, i, optest.Token, "zitadel_token_exchange", exchanged, token, member, right)
	}

	discovery := object{}
	document := startConfigured(t, object{"issuer": i.URL}).MustRead(
		"data", "zitadel_openid_configuration", nil,
	)["document_json"]
	if err := json.Unmarshal([]byte(document.(string)), &discovery); err != nil {
		t.Fatal(err)
	}
	results := acctest.Attributes(providerSchemas().DataSourceSchemas["zitadel_openid_configuration"])
	delete(results, "document_json")
	for member := range results {
		right := "a string"
		if strings.HasSuffix(member, "_supported") {
			right = "an array"
		}
		wrongTypes(t, i, optest.Discovery, "zitadel_access_token", nil, discovery, member, right)
		wrongTypes(t, i, optest.Discovery, "zitadel_openid_configuration", nil, discovery, member, right)
	}
}

// wrongTypes reads a block once for each wrong JSON type of a member in the response of an
// endpoint, and checks the error.
func wrongTypes(
	t *testing.T,
	i *optest.Issuer,
	e optest.Endpoint,
	block string,
	arguments, response object,
	member, right string,
) {
	t.Helper()
	values := map[string]any{
		"a string": "canary", "a number": 7, "a boolean": true, "an array": []string{"canary"},
		"an object": object{"canary": 7},
	}
	for found, value := range values {
		if found == right {
			continue
		}
		body := object{}
		for name, usual := range response {
			body[name] = usual
		}
		body[member] = value
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range acctest.Kinds {
			if kind == "ephemeral" && !slices.Contains(acctest.SortedKeys(providerSchemas().EphemeralResourceSchemas), block) {
				continue
			}
			t.Run(strings.Join([]string{block, kind, member, found}, "/"), func(t *testing.T) {
				before := i.Requests(e)
				i.Fail(e, 1, optest.Fault{Status: 200, Body: string(encoded)})
				p := startConfigured(t, object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
				_, errors := p.Read(kind, block, arguments)
				reason := textOf("member-type", "member", member, "found", found, "expected", right)
				checkCodes(t, errors, "response-malformed")
				acctest.CheckContains(t, errors, "ERROR", strings.TrimSuffix(reason[1:], ".")) // as part of a sentence
				if strings.Contains(errors.String(), "canary") || i.Requests(e) != before+1 {
					t.Errorf("%d requests, want 1; %s", i.Requests(e)-before, errors)
				}
			})
		}
	}
}

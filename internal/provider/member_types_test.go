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
// each block that reads the response must report an error that names the member.
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
	for member, wantType := range tokenMembers {
		checkWrongTypes(t, i, optest.Token, "zitadel_access_token", nil, token, member, wantType)
		checkWrongTypes(t, i, optest.Token, "zitadel_token_exchange", exchanged, token, member, wantType)
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
		wantType := "a string"
		if strings.HasSuffix(member, "_supported") {
			wantType = "an array"
		}
		checkWrongTypes(t, i, optest.Discovery, "zitadel_access_token", nil, discovery, member, wantType)
		checkWrongTypes(t, i, optest.Discovery, "zitadel_openid_configuration", nil, discovery, member, wantType)
	}
}

// checkWrongTypes reads a block once for each JSON type that a member of an endpoint's response must not
// have, and checks the error. wantType is the type that the member must have, such as "a string".
func checkWrongTypes(
	t *testing.T,
	i *optest.Issuer,
	e optest.Endpoint,
	block string,
	arguments, response object,
	member, wantType string,
) {
	t.Helper()
	values := map[string]any{
		"a string": "canary", "a number": 7, "a boolean": true, "an array": []string{"canary"},
		"an object": object{"canary": 7},
	}
	for found, value := range values {
		if found == wantType {
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
				reason := textOf("member-type", "member", member, "found", found, "expected", wantType)
				checkCodes(t, errors, "response-malformed")
				acctest.CheckContains(t, errors, "ERROR", strings.TrimSuffix(reason[1:], ".")) // as part of a sentence
				if strings.Contains(errors.String(), "canary") || i.Requests(e) != before+1 {
					t.Errorf("%d requests, want 1; no secret may be in %s", i.Requests(e)-before, errors)
				}
			})
		}
	}
}

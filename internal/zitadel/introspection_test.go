package zitadel_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestIntrospect(t *testing.T) {
	t.Parallel()
	w := world()
	tests := map[string]struct {
		credentials oauth.Credentials
		application string
		basic       bool
	}{
		"API key":     {apiKey(), w.API.ClientID, false},
		"API secret":  {apiSecret(), w.APIBasic.ClientID, true},
		"OIDC key":    {oauth.Credentials{Key: parsed(w.OIDC.KeyJSON())}, w.OIDC.ClientID, false},
		"OIDC secret": {secret(w.OIDC.ClientID, w.OIDC.Secret), w.OIDC.ClientID, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			token := accessToken(t, c, jwtUserKey(), "openid", "profile", projectScope(), "urn:zitadel:iam:user:metadata", "urn:zitadel:iam:user:resourceowner")
			answer := introspect(t, c, test.credentials, token.AccessToken)
			roles := oauth.Roles{"reader": {w.OrganizationID: w.OrganizationDomain}, "writer": {w.OrganizationID: w.OrganizationDomain}}
			got := answer.Claims
			if !answer.Active || answer.ApplicationID != test.application || got.Subject != w.ServiceJWT.ID || got.ClientID != w.ServiceJWT.Name ||
				got.Username != w.ServiceJWT.Name || got.Issuer != issuer.URL || got.TokenType != "Bearer" || got.JWTID == "" {
				t.Errorf("%+v", answer)
			}
			if !slices.Contains(got.Audience, w.Project.ID) || !slices.Contains(got.Scopes, projectScope()) {
				t.Errorf("audience %q, scopes %q", got.Audience, got.Scopes)
			}
			if !reflect.DeepEqual(got.Roles, roles) || !reflect.DeepEqual(got.RolesByProject, map[string]oauth.Roles{w.Project.ID: roles}) {
				t.Errorf("roles %v, by project %v", got.Roles, got.RolesByProject)
			}
			if got.Metadata["team"] != "red" || got.ResourceOwner == nil || *got.ResourceOwner != (oauth.ResourceOwner{ID: w.OrganizationID, Name: "LAB", PrimaryDomain: w.OrganizationDomain}) {
				t.Errorf("metadata %v, resource owner %v", got.Metadata, got.ResourceOwner)
			}
			if got.IssuedAt.IsZero() || !got.ExpiresAt.After(got.IssuedAt) || got.NotBefore.IsZero() || got.AuthTime.IsZero() {
				t.Errorf("from %v to %v", got.IssuedAt, got.ExpiresAt)
			}
			if !json.Valid([]byte(got.JSON)) || !strings.Contains(got.JSON, `"active":true`) {
				t.Errorf("claims_json is %q", got.JSON)
			}
			sent := issuer.Last(optest.Introspection)
			if basic := sent.Header.Get("Authorization") != ""; basic != test.basic || sent.Form.Has("client_assertion") == test.basic || sent.Form.Has("client_secret") {
				t.Errorf("a Basic header: %t", basic)
			}
			if sent.Method != http.MethodPost || sent.Form.Get("token") != token.AccessToken.Reveal() {
				t.Errorf("%s of another token", sent.Method)
			}
			counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1, optest.Introspection: 1})
		})
	}
}

func TestIntrospectPersonalAccessToken(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	answer := introspect(t, newClient(t, issuer.URL), apiSecret(), key.NewSecret(world().Service.PAT))
	got := answer.Claims
	if !answer.Active || got.ClientID != "" || !got.AuthTime.IsZero() || got.Subject != world().Service.ID {
		t.Errorf("%+v", answer)
	}
	// ZITADEL names whoever asks.
	if !slices.Contains(got.Audience, world().APIBasic.ClientID) {
		t.Errorf("audience %q", got.Audience)
	}
}

// That a token is not active is an answer: nothing else is said of it.
func TestInactive(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	other := oauth.Credentials{Key: parsed(world().OtherAPI.KeyJSON())}
	foreign := accessToken(t, c, userKey(), projectScope()).AccessToken
	ended := accessToken(t, c, jwtUserKey(), projectScope()).AccessToken
	issuer.Deactivate(world().ServiceJWT)
	tests := map[string]struct {
		credentials oauth.Credentials
		token       key.Secret
	}{
		"garbage":            {apiKey(), key.NewSecret("garbage")},
		"of another project": {other, foreign},
		"of an ended user":   {apiSecret(), ended},
	}
	for name, test := range tests {
		answer := introspect(t, c, test.credentials, test.token)
		if answer.Active || answer.Claims.JSON != "" || answer.Claims.Subject != "" || answer.ApplicationID == "" {
			t.Errorf("%s: %+v", name, answer)
		}
	}
	// Whatever comes with it is not taken.
	refuse(issuer, optest.Introspection, optest.Fault{Status: http.StatusOK, Body: `{"active":false,"sub":"` + canary + `","exp":"never"}`})
	if answer := introspect(t, c, apiKey(), foreign); answer.Active || !reflect.DeepEqual(answer.Claims, oauth.Claims{}) {
		t.Errorf("%+v", answer)
	}
}

// manyRoles are members of the wrong type, as many as are asked for.
func manyRoles(count int) string {
	var b strings.Builder
	for n := range count {
		fmt.Fprintf(&b, `,"urn:zitadel:iam:org:project:%d:roles":7`, 1000+n)
	}
	return b.String()
}

func TestMalformedIntrospection(t *testing.T) {
	t.Parallel()
	asJSON, html := http.Header{"Content-Type": {"application/json"}}, http.Header{"Content-Type": {"text/html"}}
	tests := map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"login page":       {html, "<html>" + canary, "text/html"},
		"empty":            {asJSON, "", "not an introspection answer"},
		"truncated":        {asJSON, `{"active":true,"sub":"` + canary, "not valid JSON"},
		"not there":        {asJSON, `{"sub":"` + canary + `"}`, `member "active" is missing`},
		"active null":      {asJSON, `{"active":null}`, `member "active" is missing`},
		"active a string":  {asJSON, `{"active":"true","sub":"` + canary + `"}`, `member "active" is a string; expected a boolean`},
		"active a number":  {asJSON, `{"active":1}`, `member "active" is a number; expected a boolean`},
		"active twice":     {asJSON, `{"active":false,"active":true}`, `"active" is there twice`},
		"ACTIVE":           {asJSON, `{"active":true,"ACTIVE":false}`, `"ACTIVE" can be mistaken`},
		"ſub":              {asJSON, `{"active":true,"sub":"a","ſub":"b"}`, `"ſub" can be mistaken for "sub"`},
		"twice deeper":     {asJSON, `{"active":true,"x":{"a":1,"a":2}}`, `"a" is there twice`},
		"exp a string":     {asJSON, `{"active":true,"exp":"` + canary + `"}`, `claim "exp" is a string; expected a number`},
		"exp beyond 9999":  {asJSON, `{"active":true,"exp":253402300800}`, `"exp" is not a time`},
		"exp 1e300":        {asJSON, `{"active":true,"exp":1e300}`, `"exp" is not a time`},
		"exp 1e400":        {asJSON, `{"active":true,"exp":1e400}`, "not"},
		"iat negative":     {asJSON, `{"active":true,"iat":-1}`, `"iat" is not a time`},
		"sub a number":     {asJSON, `{"active":true,"sub":7}`, `claim "sub" is a number; expected a string`},
		"scope an array":   {asJSON, `{"active":true,"scope":["` + canary + `"]}`, `claim "scope" is an array; expected a string`},
		"aud a number":     {asJSON, `{"active":true,"aud":7}`, `claim "aud" is a number; expected an array`},
		"aud of numbers":   {asJSON, `{"active":true,"aud":["a",7]}`, `claim "aud" contains a number; expected strings`},
		"roles an array":   {asJSON, `{"active":true,"urn:zitadel:iam:org:project:roles":["` + canary + `"]}`, `project:roles" is an array; expected an object`},
		"project's roles":  {asJSON, `{"active":true,"urn:zitadel:iam:org:project:1:roles":{"a":"b"}}`, `project:1:roles" contains a string; expected objects`},
		"metadata numbers": {asJSON, `{"active":true,"urn:zitadel:iam:user:metadata":{"a":1}}`, `user:metadata" contains a number; expected strings`},
		"act a string":     {asJSON, `{"active":true,"act":"` + canary + `"}`, `claim "act" is a string; expected an object`},
		"act an array":     {asJSON, `{"active":true,"act":[{"sub":"` + canary + `"}]}`, `claim "act" is an array; expected an object`},
		"act.sub a number": {asJSON, `{"active":true,"act":{"sub":7}}`, `claim "act.sub" is a number; expected a string`},
		"act.iss a list":   {asJSON, `{"active":true,"act":{"iss":["` + canary + `"]}}`, `claim "act.iss" is an array; expected a string`},
		"act.Sub":          {asJSON, `{"active":true,"act":{"sub":"a","Sub":"b"}}`, `claim "act": the member "Sub" can be mistaken for "sub"`},
		"act.ſub":          {asJSON, `{"active":true,"act":{"ſub":"b"}}`, `claim "act": the member "ſub" can be mistaken for "sub"`},
		"several":          {asJSON, `{"active":true,"exp":"x","sub":7}`, `claim "sub" is a number; expected a string; claim "exp" is a string; expected a number`},
		"many":             {asJSON, `{"active":true` + manyRoles(1000) + `}`, `project:1004:roles" is a number; expected an object; and 995 more`},
		"not UTF-8":        {asJSON, "{\"active\":true,\"sub\":\"\xff\"}", "not UTF-8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			issuer.Fail(optest.Introspection, 1, optest.Fault{Status: http.StatusOK, Header: test.header, Body: test.body})
			answer, err := newClient(t, issuer.URL).Introspect(t.Context(), apiSecret(), key.NewSecret(canary))
			e := failed(t, err)
			if answer != nil || e.Status != http.StatusOK || e.Op != "introspect token" || e.Credentials {
				t.Errorf("answer %v, %+v", answer, e)
			}
			says(t, e.Error(), test.want)
			keeps(t, everything(e), canary, world().APIBasic.Secret)
			counts(t, issuer, discoveryAndIntrospection)
		})
	}
}

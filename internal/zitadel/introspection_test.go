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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestIntrospect(t *testing.T) {
	t.Parallel()
	w := world()
	tests := map[string]struct {
		credentials zitadel.Credentials
		application string
		basic       bool
	}{
		"API key":     {apiKey(), w.API.ClientID, false},
		"API secret":  {apiSecret(), w.APIBasic.ClientID, true},
		"OIDC key":    {oidcKey(), w.OIDC.ClientID, false},
		"OIDC secret": {oidcSecret(), w.OIDC.ClientID, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			subject := accessToken(t, c, jwtUserKey(),
				"openid", "profile", projectScope(), token.MetadataScope, token.ResourceOwnerScope).AccessToken
			result := introspect(t, c, test.credentials, subject)
			organization := map[string]string{w.OrganizationID: w.OrganizationDomain}
			roles := token.Roles{"reader": organization, "writer": organization}
			got := result.Claims
			if !result.Active || result.ApplicationID != test.application ||
				got.Subject != w.ServiceJWT.ID || got.ClientID != w.ServiceJWT.Name || got.Username != w.ServiceJWT.Name ||
				got.Issuer != issuer.URL || got.TokenType != "Bearer" || got.JWTID == "" {
				t.Errorf("unexpected result: %+v", result)
			}
			if !slices.Contains(got.Audience, w.Project.ID) || !slices.Contains(got.Scopes, projectScope()) {
				t.Errorf("unexpected audience %q or scopes %q", got.Audience, got.Scopes)
			}
			if !reflect.DeepEqual(got.Roles, roles) ||
				!reflect.DeepEqual(got.RolesByProject, map[string]token.Roles{w.Project.ID: roles}) {
				t.Errorf("unexpected roles %v or roles by project %v", got.Roles, got.RolesByProject)
			}
			owner := token.ResourceOwner{ID: w.OrganizationID, Name: "LAB", PrimaryDomain: w.OrganizationDomain}
			if got.Metadata["team"] != "red" || got.ResourceOwner == nil || *got.ResourceOwner != owner {
				t.Errorf("unexpected metadata %v or resource owner %v", got.Metadata, got.ResourceOwner)
			}
			if got.IssuedAt.IsZero() || !got.ExpiresAt.After(got.IssuedAt) || got.NotBefore.IsZero() || got.AuthTime.IsZero() {
				t.Errorf("unexpected times: issued at %v, not before %v, expires at %v, authenticated at %v",
					got.IssuedAt, got.NotBefore, got.ExpiresAt, got.AuthTime)
			}
			if !json.Valid([]byte(got.JSON)) || !strings.Contains(got.JSON, `"active":true`) {
				t.Errorf("unexpected JSON: %q", got.JSON)
			}
			sent := issuer.Last(optest.Introspection)
			isBasic := sent.Header.Get("Authorization") != ""
			if isBasic != test.basic || sent.Form.Has("client_assertion") == test.basic || sent.Form.Has("client_secret") {
				t.Errorf("Basic header: %t, want %t", isBasic, test.basic)
			}
			if sent.Method != http.MethodPost || sent.Form.Get("token") != subject.Reveal() {
				t.Errorf("the client sent a %s request, want a POST request with the token", sent.Method)
			}
			checkRequests(t, issuer, map[optest.Endpoint]int{
				optest.Discovery: 1, optest.Token: 1, optest.Introspection: 1,
			})
		})
	}
}

func TestIntrospectPersonalAccessToken(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	result := introspect(t, newClient(t, issuer.URL), apiSecret(), key.NewSecret(world().Service.PAT))
	got := result.Claims
	if !result.Active || got.ClientID != "" || !got.AuthTime.IsZero() || got.Subject != world().Service.ID {
		t.Errorf("unexpected result: %+v", result)
	}
	// ZITADEL adds the introspecting application to the audience of a personal access token.
	if !slices.Contains(got.Audience, world().APIBasic.ClientID) {
		t.Errorf("audience %q, want it to include %q", got.Audience, world().APIBasic.ClientID)
	}
}

// TestInactive checks that introspecting an inactive token returns a result without claims.
func TestInactive(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	other := keyCredentials(world().OtherAPI.KeyJSON())
	active := accessToken(t, c, userKey(), projectScope()).AccessToken
	revoked := accessToken(t, c, jwtUserKey(), projectScope()).AccessToken
	issuer.Deactivate(world().ServiceJWT)
	tests := map[string]struct {
		credentials zitadel.Credentials
		token       key.Secret
	}{
		"garbage":                        {apiKey(), key.NewSecret("garbage")},
		"application in another project": {other, active},
		"token of a deactivated user":    {apiSecret(), revoked},
	}
	for name, test := range tests {
		result := introspect(t, c, test.credentials, test.token)
		if result.Active || result.Claims.JSON != "" || result.Claims.Subject != "" || result.ApplicationID == "" {
			t.Errorf("%s: unexpected result: %+v", name, result)
		}
	}
	// If the token is inactive, all other members of the response are ignored.
	failConfirmed(issuer, optest.Introspection, optest.Fault{
		Status: http.StatusOK, Body: `{"active":false,"sub":"` + canary + `","exp":"never"}`,
	})
	if result := introspect(t, c, apiKey(), active); result.Active || !reflect.DeepEqual(result.Claims, token.Claims{}) {
		t.Errorf("unexpected result: %+v", result)
	}
}

// manyRoles returns the members of a JSON object: the given number of roles claims, each of which
// has the wrong type.
func manyRoles(count int) string {
	var b strings.Builder
	for n := range count {
		fmt.Fprintf(&b, `,"urn:zitadel:iam:org:project:%d:roles":7`, 1000+n)
	}
	return b.String()
}

func TestMalformedIntrospection(t *testing.T) {
	t.Parallel()
	const roles, metadata = "urn:zitadel:iam:org:project:roles", "urn:zitadel:iam:user:metadata"
	wrongType := func(member, found, expected string) string {
		return fmt.Sprintf("member-type expected=%q found=%q member=%q", expected, found, member)
	}
	wrongElement := func(member, found, expected string) string {
		return fmt.Sprintf("member-element-type expected=%q found=%q member=%q", expected, found, member)
	}
	confusable := func(member, other string) string {
		return fmt.Sprintf("member-confusable member=%q other=%q", member, other)
	}
	tests := map[string]struct {
		body string // members of an active response, or the whole body after a leading space
		want []string
	}{
		"empty":             {" ", nil},
		"truncated":         {` {"active":true,"sub":"` + canary, []string{"json-invalid"}},
		"active is missing": {` {"sub":"` + canary + `"}`, []string{`member-missing member="active"`}},
		"active is null":    {` {"active":null}`, []string{`member-missing member="active"`}},
		"active is a string": {
			` {"active":"true","sub":"` + canary + `"}`,
			[]string{wrongType("active", "a string", "a boolean")},
		},
		"active is a number": {` {"active":1}`, []string{wrongType("active", "a number", "a boolean")}},
		"duplicate active":   {` {"active":false,"active":true}`, []string{`member-duplicate member="active"`}},
		"ACTIVE":             {`"ACTIVE":false`, []string{confusable("ACTIVE", "active")}},
		"ſub":                {`"sub":"a","ſub":"b"`, []string{confusable("ſub", "sub")}},
		"nested duplicate":   {`"x":{"a":1,"a":2}`, []string{`member-duplicate member="a"`}},
		"exp is a string":    {`"exp":"` + canary + `"`, []string{wrongType("exp", "a string", "a number")}},
		"exp beyond 9999":    {`"exp":253402300800`, []string{`member-not-time member="exp"`}},
		"exp 1e300":          {`"exp":1e300`, []string{`member-not-time member="exp"`}},
		"exp 1e400":          {`"exp":1e400`, []string{"json-number-out-of-range"}},
		"iat is negative":    {`"iat":-1`, []string{`member-not-time member="iat"`}},
		"sub is a number":    {`"sub":7`, []string{wrongType("sub", "a number", "a string")}},
		"scope is an array":  {`"scope":["` + canary + `"]`, []string{wrongType("scope", "an array", "a string")}},
		"aud is a number":    {`"aud":7`, []string{wrongType("aud", "a number", "an array")}},
		"number in aud":      {`"aud":["a",7]`, []string{wrongElement("aud", "a number", "strings")}},
		"roles are an array": {`"` + roles + `":["` + canary + `"]`, []string{wrongType(roles, "an array", "an object")}},
		"malformed project roles": {
			`"urn:zitadel:iam:org:project:1:roles":{"a":"b"}`,
			[]string{wrongElement("urn:zitadel:iam:org:project:1:roles", "a string", "objects")},
		},
		"number in metadata":  {`"` + metadata + `":{"a":1}`, []string{wrongElement(metadata, "a number", "strings")}},
		"act is a string":     {`"act":"` + canary + `"`, []string{wrongType("act", "a string", "an object")}},
		"act is an array":     {`"act":[{"sub":"` + canary + `"}]`, []string{wrongType("act", "an array", "an object")}},
		"act.sub is a number": {`"act":{"sub":7}`, []string{wrongType("act.sub", "a number", "a string")}},
		"act.iss is an array": {`"act":{"iss":["` + canary + `"]}`, []string{wrongType("act.iss", "an array", "a string")}},
		"act.Sub": {
			`"act":{"sub":"a","Sub":"b"}`, []string{`member-ambiguous member="act"`, confusable("Sub", "sub")},
		},
		"act.ſub": {`"act":{"ſub":"b"}`, []string{`member-ambiguous member="act"`, confusable("ſub", "sub")}},
		"several malformed members": {
			`"exp":"x","sub":7`, []string{wrongType("sub", "a number", "a string"), wrongType("exp", "a string", "a number")},
		},
		"not UTF-8": {"\"sub\":\"\xff\"", []string{"json-not-utf8"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := strings.TrimPrefix(test.body, " ")
			if body == test.body {
				body = `{"active":true,` + body + `}`
			}
			e := malformedIntrospection(t, "application/json", body)
			var got []string
			for _, f := range faultsIn(e)[1:] {
				got = append(got, f.Error())
			}
			if name == "act.Sub" || name == "act.ſub" {
				got[0] = strings.Join(strings.Fields(got[0])[:2], " ") // without the reason, which is the next fault
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("faults %q, want %q", got, test.want)
			}
			want := "response-malformed"
			if test.want == nil {
				want = "response-not-json"
			}
			checkFaults(t, e.Problem, want+` document="introspection response"`)
		})
	}
}

// malformedIntrospection returns the error of Introspect for a response with the given media type
// and body.
func malformedIntrospection(t *testing.T, mediaType, body string) *zitadel.Error {
	t.Helper()
	issuer := start(t)
	issuer.Fail(optest.Introspection, 1, optest.Fault{
		Status: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}}, Body: body,
	})
	result, err := newClient(t, issuer.URL).Introspect(t.Context(), apiSecret(), key.NewSecret(canary))
	e := asError(t, err)
	if result != nil || e.Status != http.StatusOK || e.Op != "introspect token" || e.Credentials || e.Problem == nil {
		t.Fatalf("unexpected result %v or error %+v", result, e)
	}
	checkOmits(t, allText(e), canary, world().APIBasic.Secret)
	checkRequests(t, issuer, discoveryAndIntrospection)
	return e
}

func TestIntrospectionIsNotJSON(t *testing.T) {
	t.Parallel()
	e := malformedIntrospection(t, "text/html", "<html>"+canary)
	checkFaults(t, e.Problem, `response-not-json document="introspection response" media_type="text/html"`)
}

// TestManyMalformedMembers checks that an error contains a fault for each malformed member, sorted
// by member name.
func TestManyMalformedMembers(t *testing.T) {
	t.Parallel()
	e := malformedIntrospection(t, "application/json", `{"active":true`+manyRoles(1000)+`}`)
	faults := faultsIn(e)[1:]
	if len(faults) != 1000 {
		t.Fatalf("%d faults, want 1000", len(faults))
	}
	for n, f := range faults {
		member := fmt.Sprintf("urn:zitadel:iam:org:project:%d:roles", 1000+n)
		if f.Code != "member-type" || f.Values["member"] != member || f.Values["found"] != "a number" {
			t.Fatalf("unexpected fault %d: %s", n, f)
		}
	}
}

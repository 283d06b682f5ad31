package token_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// claimsOf returns the claims of an introspection response that contains "active" and members.
func claimsOf(t *testing.T, members string) token.Claims {
	t.Helper()
	body := `{"active":true` + members + `}`
	response, err := token.DecodeIntrospection([]byte(" "+body+"\n"), "app")
	if err != nil {
		t.Fatal(err)
	}
	if response.Claims.JSON != body {
		t.Errorf("got JSON %q, want %q", response.Claims.JSON, body)
	}
	return response.Claims
}

func TestClaims(t *testing.T) {
	t.Parallel()
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	const project = "urn:zitadel:iam:org:project:"
	tests := map[string]struct {
		members string
		want    token.Claims // JSON is checked separately; a nil RolesByProject means an empty map
	}{
		"no claims": {"", token.Claims{}},
		"null": {
			`,"sub":null,"exp":null,"aud":null,"scope":null,"` + project + `roles":null,` +
				`"urn:zitadel:iam:user:metadata":null`,
			token.Claims{},
		},
		"text": {
			`,"client_id":"a","sub":"b","username":"c","iss":"d","jti":"e","token_type":"f"`,
			token.Claims{ClientID: "a", Subject: "b", Username: "c", Issuer: "d", JWTID: "e", TokenType: "f"},
		},
		"times": {
			`,"iat":1000,"nbf":1000.9,"exp":1.7e9,"auth_time":253402300799`,
			token.Claims{IssuedAt: at(1000), NotBefore: at(1000), ExpiresAt: at(1.7e9), AuthTime: at(253402300799)},
		},
		"audience as a string":        {`,"aud":"a"`, token.Claims{Audience: []string{"a"}}},
		"audience as an array":        {`,"aud":["a","b"]`, token.Claims{Audience: []string{"a", "b"}}},
		"audience as an empty string": {`,"aud":""`, token.Claims{}},
		"audience as an empty array":  {`,"aud":[]`, token.Claims{Audience: []string{}}},
		"scopes": {
			`,"scope":" openid  profile "`,
			token.Claims{Scopes: []string{"openid", "profile"}},
		},
		"roles of each kind": {
			`,"` + project + `roles":{"a":{"1":"x"}},"` + project + `7:roles":{"b":{"2":"y"}},` +
				`"` + project + `8:roles":{"c":{"3":"z","4":"w"}},` +
				`"` + project + `role:d":"e","` + project + `:roles":{}`,
			token.Claims{
				Roles:          token.Roles{"a": {"1": "x"}},
				RolesByProject: map[string]token.Roles{"7": {"b": {"2": "y"}}, "8": {"c": {"3": "z", "4": "w"}}},
			},
		},
		"empty roles": {
			`,"` + project + `1:roles":{}`, token.Claims{RolesByProject: map[string]token.Roles{"1": {}}},
		},
		"null roles": {`,"` + project + `1:roles":null`, token.Claims{}},
		"actor": {
			`,"act":{"iss":"https://z.example","sub":"2","act":{"sub":"3"}}`,
			token.Claims{Actor: &token.Actor{Subject: "2", Issuer: "https://z.example"}},
		},
		"empty actor": {`,"act":{}`, token.Claims{Actor: &token.Actor{}}},
		"null actor":  {`,"act":null`, token.Claims{}},
		"partial resource owner": {
			`,"urn:zitadel:iam:user:resourceowner:id":"1"`, token.Claims{ResourceOwner: &token.ResourceOwner{ID: "1"}},
		},
		"resource owner": {
			`,"urn:zitadel:iam:user:resourceowner:id":"1","urn:zitadel:iam:user:resourceowner:name":"2",` +
				`"urn:zitadel:iam:user:resourceowner:primary_domain":"3"`,
			token.Claims{ResourceOwner: &token.ResourceOwner{ID: "1", Name: "2", PrimaryDomain: "3"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := claimsOf(t, test.members)
			got.JSON = ""
			if len(got.Scopes) == 0 {
				got.Scopes = nil // an empty list is equivalent to nil
			}
			if test.want.RolesByProject == nil {
				test.want.RolesByProject = map[string]token.Roles{}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	got := claimsOf(t, `,"urn:zitadel:iam:user:metadata":{`+
		`"std":"Pz8/Pj4+","url":"Pz8_Pj4-","padded":"cmVkIQ==","raw":"cmVkIQ","url padded":"w7zDvw==",`+
		`"bytes":"/////w==","not base64":"red!","empty":""}`).Metadata
	want := map[string]string{
		"std": "???>>>", "url": "???>>>", "padded": "red!", "raw": "red!", "url padded": "üÿ",
		"bytes":      "/////w==", // not UTF-8, so the value stays encoded
		"not base64": "red!", "empty": "",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

package zitadel_test

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// read returns the claims of an introspection that answers members.
func read(t *testing.T, members string) oauth.Claims {
	t.Helper()
	issuer := start(t)
	body := `{"active":true` + members + `}`
	issuer.Fail(optest.Introspection, 1, optest.Fault{Status: http.StatusOK, Body: body})
	answer := introspect(t, newClient(t, issuer.URL), apiSecret(), key.NewSecret("t"))
	if answer.Claims.JSON != body {
		t.Errorf("claims_json is %q, want %q", answer.Claims.JSON, body)
	}
	return answer.Claims
}

func TestClaims(t *testing.T) {
	t.Parallel()
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	none := map[string]oauth.Roles{}
	tests := map[string]struct {
		members string
		want    oauth.Claims // but for JSON
	}{
		"nothing": {"", oauth.Claims{Scopes: []string{}, RolesByProject: none}},
		"null": {
			`,"sub":null,"exp":null,"aud":null,"scope":null,"urn:zitadel:iam:org:project:roles":null,"urn:zitadel:iam:user:metadata":null`,
			oauth.Claims{Scopes: []string{}, RolesByProject: none},
		},
		"times": {
			`,"iat":1000,"nbf":1000.9,"exp":1.7e9,"auth_time":253402300799`,
			oauth.Claims{Scopes: []string{}, RolesByProject: none, IssuedAt: at(1000), NotBefore: at(1000), ExpiresAt: at(1.7e9), AuthTime: at(253402300799)},
		},
		"audience as a string": {`,"aud":"a"`, oauth.Claims{Scopes: []string{}, RolesByProject: none, Audience: []string{"a"}}},
		"audience as an array": {`,"aud":["a","b"]`, oauth.Claims{Scopes: []string{}, RolesByProject: none, Audience: []string{"a", "b"}}},
		"scopes":               {`,"scope":" openid  profile "`, oauth.Claims{Scopes: []string{"openid", "profile"}, RolesByProject: none}},
		"roles, each where it belongs": {
			`,"urn:zitadel:iam:org:project:roles":{"a":{"1":"x"}},"urn:zitadel:iam:org:project:7:roles":{"b":{"2":"y"}},` +
				`"urn:zitadel:iam:org:project:8:roles":{"c":{"3":"z","4":"w"}},"urn:zitadel:iam:org:project:role:d":"e","urn:zitadel:iam:org:project::roles":{}`,
			oauth.Claims{
				Scopes: []string{}, Roles: oauth.Roles{"a": {"1": "x"}},
				RolesByProject: map[string]oauth.Roles{"7": {"b": {"2": "y"}}, "8": {"c": {"3": "z", "4": "w"}}},
			},
		},
		"actor": {
			`,"act":{"iss":"https://z.example","sub":"2","act":{"sub":"3"}}`,
			oauth.Claims{Scopes: []string{}, RolesByProject: none, Actor: &oauth.Actor{Subject: "2", Issuer: "https://z.example"}},
		},
		"actor, empty": {`,"act":{}`, oauth.Claims{Scopes: []string{}, RolesByProject: none, Actor: &oauth.Actor{}}},
		"actor, null":  {`,"act":null`, oauth.Claims{Scopes: []string{}, RolesByProject: none}},
		"roles, null":  {`,"urn:zitadel:iam:org:project:1:roles":null`, oauth.Claims{Scopes: []string{}, RolesByProject: none}},
		"half a resource owner": {
			`,"urn:zitadel:iam:user:resourceowner:id":"1"`,
			oauth.Claims{Scopes: []string{}, RolesByProject: none, ResourceOwner: &oauth.ResourceOwner{ID: "1"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := read(t, test.members)
			got.JSON = ""
			if len(got.Scopes) == 0 {
				got.Scopes = []string{}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	got := read(t, `,"urn:zitadel:iam:user:metadata":{`+
		`"std":"Pz8/Pj4+","url":"Pz8_Pj4-","padded":"cmVkIQ==","raw":"cmVkIQ","url padded":"w7zDvw==",`+
		`"bytes":"/////w==","no base64":"red!","empty":""}`).Metadata
	want := map[string]string{
		"std": "???>>>", "url": "???>>>", "padded": "red!", "raw": "red!", "url padded": "üÿ",
		"bytes":     "/////w==", // not UTF-8, so it stays as it came
		"no base64": "red!", "empty": "",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

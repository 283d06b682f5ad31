package token_test

import (
	"reflect"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func TestDecodeUserInfo(t *testing.T) {
	t.Parallel()
	isVerified := false
	tests := map[string]struct {
		body string
		want token.UserInfo // JSON, Scopes and RolesByProject are checked separately
	}{
		"sub": {`{"sub":"1"}`, token.UserInfo{Claims: token.Claims{Subject: "1"}}},
		"all claims": {
			`{"sub":"1","name":"a","given_name":"b","family_name":"c","email":"d","email_verified":false,` +
				`"locale":"e","preferred_username":"f"}`,
			token.UserInfo{
				Claims: token.Claims{Subject: "1", Username: "f"},
				Name:   "a", GivenName: "b", FamilyName: "c", Email: "d", EmailVerified: &isVerified, Locale: "e",
			},
		},
		"null": {
			`{"sub":"1","name":null,"email_verified":null,"preferred_username":null}`,
			token.UserInfo{Claims: token.Claims{Subject: "1"}},
		},
		"username is not reported": {
			`{"sub":"1","username":"a"}`, token.UserInfo{Claims: token.Claims{Subject: "1"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := token.DecodeUserInfo([]byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if got.JSON != test.body || len(got.Scopes) != 0 || len(got.RolesByProject) != 0 {
				t.Errorf("got %+v, want the document, no scopes and no roles", got)
			}
			got.JSON, got.Scopes, got.RolesByProject = "", nil, nil
			if !reflect.DeepEqual(*got, test.want) {
				t.Errorf("got %+v, want %+v", *got, test.want)
			}
		})
	}
}

func TestDecodeUserInfoFaults(t *testing.T) {
	t.Parallel()
	confusable := func(member, other string) string {
		return `member-confusable member="` + member + `" other="` + other + `"`
	}
	tests := map[string]struct{ body, want string }{
		"empty":           {``, "json-invalid"},
		"array":           {`[]`, "json-not-object"},
		"no sub":          {`{"email":"` + canary + `"}`, `member-missing member="sub"`},
		"empty sub":       {`{"sub":""}`, `member-missing member="sub"`},
		"null sub":        {`{"sub":null}`, `member-missing member="sub"`},
		"sub is a number": {`{"sub":7}`, mismatch("sub", "a number", "a string")},
		"repeated sub":    {`{"sub":"1","sub":"2"}`, `member-duplicate member="sub"`},
		"email_verified is a string": {
			`{"sub":"1","email_verified":"true"}`, mismatch("email_verified", "a string", "a boolean"),
		},
		"name is an array": {`{"sub":"1","name":["` + canary + `"]}`, mismatch("name", "an array", "a string")},
		"Email":            {`{"sub":"1","email":"a","Email":null}`, confusable("Email", "email")},
		"email_Verified":   {`{"sub":"1","email_Verified":null}`, confusable("email_Verified", "email_verified")},
		"Name":             {`{"sub":"1","Name":null}`, confusable("Name", "name")},
		"Given_name":       {`{"sub":"1","Given_name":null}`, confusable("Given_name", "given_name")},
		"Family_name":      {`{"sub":"1","Family_name":null}`, confusable("Family_name", "family_name")},
		"Locale":           {`{"sub":"1","Locale":null}`, confusable("Locale", "locale")},
		"preferred_uſername": {
			`{"sub":"1","preferred_uſername":null}`, confusable("preferred_uſername", "preferred_username"),
		},
		"SUB": {`{"sub":"1","SUB":null}`, confusable("SUB", "sub")},
		"several faults": {
			`{"sub":"1","email":7,"locale":7}`,
			mismatch("email", "a number", "a string") + "; " + mismatch("locale", "a number", "a string"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := token.DecodeUserInfo([]byte(test.body))
			if got := oneLine(err); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			checkDecodeError(t, []byte(test.body), err)
		})
	}
}

// TestDecodeUserInfoOtherMember checks that a member is ignored if its name differs from a
// claim's name in more than letter case.
func TestDecodeUserInfoOtherMember(t *testing.T) {
	t.Parallel()
	info, err := token.DecodeUserInfo([]byte(`{"sub":"1","email":"a@z.example","given_ſame":null,"e-mail":7}`))
	if err != nil || info.Email != "a@z.example" {
		t.Errorf("got %+v, error %v; want the email address", info, err)
	}
}

// FuzzUserInfo decodes arbitrary userinfo responses. It checks that an accepted response is
// decoded to the values that other programs read.
func FuzzUserInfo(f *testing.F) {
	acctest.Recorded(f, "/oidc/v1/userinfo", true, func(body []byte) { f.Add(body) })
	for _, claims := range unusualClaims() {
		f.Add([]byte(`{"sub":"1",` + claims + `}`))
	}
	for _, body := range []string{
		`{"sub":""}`, `{"sub":"1","email_verified":null,"name":"a\u0000b"}`, `{"sub":"1","email_verified":"true"}`,
		`{"sub":"1","Email":"a","email":"b"}`,
	} {
		f.Add([]byte(body))
	}
	names := []string{"name", "given_name", "family_name", "email", "email_verified", "locale", "preferred_username"}
	f.Fuzz(func(t *testing.T, body []byte) {
		info, err := token.DecodeUserInfo(body)
		if err != nil {
			checkDecodeError(t, body, err)
			return
		}
		members, isUnambiguous := readClaims(body, names...)
		if !isUnambiguous || info.Subject == "" {
			t.Fatalf("accepted %s with the subject %q", body, info.Subject)
		}
		for name, got := range map[string]string{
			"name": info.Name, "given_name": info.GivenName, "family_name": info.FamilyName, "email": info.Email,
			"locale": info.Locale, "preferred_username": info.Username,
		} {
			if want := textOf(members, name); got != want {
				t.Errorf("got %s %q, want %q", name, got, want)
			}
		}
		verified := string(members["email_verified"])
		if verified == "" {
			verified = "null"
		}
		got := "null"
		if info.EmailVerified != nil {
			got = map[bool]string{true: "true", false: "false"}[*info.EmailVerified]
		}
		if got != verified {
			t.Errorf("got email_verified %s, want %s", got, verified)
		}
		info.Username = textOf(members, "username")
		checkClaims(t, &info.Claims, body, members)
	})
}

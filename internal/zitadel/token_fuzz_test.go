package zitadel_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// FuzzTokenResponse decodes responses from the token endpoint, both as responses to a grant and as
// responses to a token exchange.
func FuzzTokenResponse(f *testing.F) {
	acctest.Recorded(f, "/oauth/v2/token", true, func(body []byte) { f.Add(body) })
	for _, body := range []string{
		`{"access_token":"a","token_type":"Bearer","expires_in":0.5}`,
		`{"access_token":"a","token_type":"Bearer","expires_in":1e18}`,
		`{"access_token":"a","token_type":"Bearer","expires_in":-1}`,
		`{"access_token":"a","Access_Token":"b","token_type":"Bearer","expires_in":1}`,
		`{"access_token":"` + canary + `","` + canary + `":1,"` + canary + `":2}`,
		`{"access_token":"a","token_type":"Bearer","expires_in":1,"scope":" a  b ",` +
			`"issued_token_type":"urn:ietf:params:oauth:token-type:jwt"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := clientWithJSON(t, tokenPath, body)
		token, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: fuzzSecret, Scopes: []string{"openid"}})
		request := zitadel.ExchangeRequest{Credentials: fuzzSecret, SubjectToken: key.NewSecret(canary)}
		exchanged, exchangeErr := c.ExchangeToken(t.Context(), request)
		if (err == nil) != (exchangeErr == nil) {
			t.Fatalf("only one operation accepted the response: AccessToken: %v, ExchangeToken: %v", err, exchangeErr)
		}
		if err != nil {
			checkError(t, err)
			checkError(t, exchangeErr)
			return
		}
		members, ok := acctest.ReadObject(body, []string{
			"access_token", "id_token", "token_type", "expires_in", "issued_token_type", "scope",
		}, nil)
		if !ok || token.AccessToken.Empty() || token.TokenType == "" {
			t.Fatal("an invalid response was accepted")
		}
		for name, got := range map[string]string{
			"access_token": token.AccessToken.Reveal(), "id_token": token.IDToken.Reveal(), "token_type": token.TokenType,
		} {
			if want := stringMember(members, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		var seconds float64
		err = json.Unmarshal(members["expires_in"], &seconds)
		if err != nil || token.ExpiresAt.Unix() != fuzzTime.Unix()+int64(seconds) || token.IssuedAt != fuzzTime {
			t.Errorf("unexpected times: issued at %s, expires at %s, expires_in %f, error %v",
				token.IssuedAt, token.ExpiresAt, seconds, err)
		}
		checkFormattable(t, token.ExpiresAt)
		isJWT := token.Format() == zitadel.FormatJWT
		if isJWT && strings.Count(token.AccessToken.Reveal(), ".") != 2 {
			t.Errorf("%q has the format JWT, but not three parts", token.AccessToken.Reveal())
		}
		if !reflect.DeepEqual(exchanged.Token, token) {
			t.Errorf("the exchanged token is %+v, want %+v", exchanged.Token, token)
		}
		if !slices.Equal(exchanged.Scopes, strings.Fields(stringMember(members, "scope"))) {
			t.Errorf("unexpected scopes: %q", exchanged.Scopes)
		}
		if !strings.HasSuffix(stringMember(members, "issued_token_type"), exchanged.IssuedTokenType) {
			t.Errorf("unexpected issued token type: %q", exchanged.IssuedTokenType)
		}
	})
}

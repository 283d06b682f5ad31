package zitadel_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestUserInfoIsUnambiguous checks that a response is rejected if the name of a member differs only
// in letter case from the name of a member that the client reads.
func TestUserInfoIsUnambiguous(t *testing.T) {
	t.Parallel()
	for member, other := range map[string]string{ // the name that the client reads; "" if member is accepted
		"Email": "email", "email_Verified": "email_verified", "Name": "name", "given_ſame": "", "locale": "",
	} {
		c, _ := newMemoryClient(handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
			return jsonResponse(http.StatusOK, `{"sub":"1","email":"a@z.example","`+member+`":null}`), nil
		}})
		info, err := c.UserInfo(t.Context(), key.NewSecret(canary))
		if other == "" {
			if err != nil || info.Email != "a@z.example" {
				t.Errorf("%s: %+v, %v", member, info, err)
			}
			continue
		}
		e := asError(t, err)
		checkFaults(t, e.Problem, `response-malformed document="userinfo response"`,
			fmt.Sprintf("member-confusable member=%q other=%q", member, other))
		checkOmits(t, allText(e), canary)
	}
}

// TestExplainUserInfo checks that a rejected token is reported as the likely cause only for a
// response with status 401.
func TestExplainUserInfo(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{401: "userinfo-token-rejected", 403: "rejection-unexplained"} {
		c, _ := newMemoryClient(handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
			return jsonResponse(status, `{"error":"invalid_token","error_description":"`+canary+`"}`), nil
		}})
		_, err := c.UserInfo(t.Context(), key.NewSecret(canary))
		e := asError(t, err)
		if e.Status != status || e.Code != "invalid_token" || codes(e.Causes) != want {
			t.Errorf("%+v", e)
		}
		checkOmits(t, allText(e), canary)
	}
}

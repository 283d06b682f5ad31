package zitadel_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestUserInfoIsUnambiguous checks that a response is rejected if it contains a member whose name
// differs only in letter case from that of a member that the client reads.
func TestUserInfoIsUnambiguous(t *testing.T) {
	t.Parallel()
	for member, other := range map[string]string{ // the name that member is confused with; "" for none
		"Email": "email", "email_Verified": "email_verified", "Name": "name", "given_ſame": "", "locale": "",
	} {
		c, _ := newMemoryClient(handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
			return jsonResponse(http.StatusOK, `{"sub":"1","email":"a@z.example","`+member+`":null}`), nil
		}})
		info, err := c.UserInfo(t.Context(), key.NewSecret(canary))
		if other == "" {
			if err != nil || info.Email != "a@z.example" {
				t.Errorf("%s: unexpected user info %+v or error %v", member, info, err)
			}
			continue
		}
		e := asError(t, err)
		checkFaults(t, e.Problem, `response-malformed document="userinfo response"`,
			fmt.Sprintf("member-confusable member=%q other=%q", member, other))
		checkOmits(t, allText(e), canary)
	}
}

// TestExplainUserInfo checks that the token is reported as the likely cause only if the response has
// status 401.
func TestExplainUserInfo(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{401: "userinfo-token-rejected", 403: "rejection-unexplained"} {
		c, _ := newMemoryClient(handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
			return jsonResponse(status, `{"error":"invalid_token","error_description":"`+canary+`"}`), nil
		}})
		_, err := c.UserInfo(t.Context(), key.NewSecret(canary))
		e := asError(t, err)
		if e.Status != status || e.Code != "invalid_token" || codes(e.Causes) != want {
			t.Errorf("unexpected error: %+v", e)
		}
		checkOmits(t, allText(e), canary)
	}
}

package main

import (
	"net/http"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// sample returns a message as the CLI prints it, but without the line breaks that the CLI adds.
func sample() string {
	const issuer = "https://my-tenant.zitadel.cloud"
	summary, detail := message.Diagnostic("", &zitadel.Error{
		Op:     "get access token",
		Method: http.MethodPost, URL: issuer + "/oauth/v2/token", Attempts: 2,
		Status: http.StatusBadRequest, Code: "invalid_grant", Description: "invalid assertion",
		RequestID: "glg2ugjxex5xjzpzvd3p",
		Causes: []*fault.Fault{
			fault.New("key-not-accepted", "key", "9400663552009964582", "holder", "service account",
				"subject", "400663551976410150", "issuer", issuer,
				"expires_at", time.Date(2030, time.January, 31, 0, 0, 0, 0, time.UTC)),
			fault.New("credentials-new"),
		},
	}, message.Settings{})
	return "Error: " + summary + `

  with data.zitadel_access_token.this,
  on main.tf line 6, in data "zitadel_access_token" "this":
   6: data "zitadel_access_token" "this" { credentials = { key_file = "service.json" } }

` + detail
}

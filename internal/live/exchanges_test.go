package main

import (
	"encoding/base64"
	"fmt"
)

// exchange is a request, and what a ZITADEL answers. Methods, paths and bodies
// are those of ZITADEL's proto files (management.proto, feature/v2) and of its
// API reference.
type exchange struct {
	request string // method and path
	body    string
	answer  string
}

func key(name string) string {
	return fmt.Sprintf(`{"keyDetails": %q}`, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"keyId": %q}`, name)))
}

// exchanges is all of a run on an instance where the grant type is on.
func exchanges() []exchange {
	const (
		keyBody  = `{"type": "KEY_TYPE_JSON", "expirationDate": "2030-01-02T03:04:05Z"}`
		grant    = `{"projectId": "project", "roleKeys": ["reader", "writer"]}`
		oidcBody = `{"name": %q, "appType": "OIDC_APP_TYPE_WEB", "authMethodType": %q, "redirectUris": ["https://live.example/callback"],
			"responseTypes": ["OIDC_RESPONSE_TYPE_CODE"], "grantTypes": ["OIDC_GRANT_TYPE_AUTHORIZATION_CODE", "OIDC_GRANT_TYPE_TOKEN_EXCHANGE"]}`
	)
	return []exchange{
		{"GET /v2/features/instance?inheritance=true", ``, features},

		{"POST /management/v1/projects", `{"name": "live-run", "projectRoleAssertion": true}`, `{"id": "project"}`},
		{"POST /management/v1/projects/project/roles", `{"roleKey": "reader", "displayName": "reader"}`, `{}`},
		{"POST /management/v1/projects/project/roles", `{"roleKey": "writer", "displayName": "writer"}`, `{}`},

		{"POST /management/v1/users/machine", `{"userName": "live-opaque-run", "name": "live-opaque-run", "accessTokenType": "ACCESS_TOKEN_TYPE_BEARER"}`, `{"userId": "opaque"}`},
		{"POST /management/v1/users/opaque/grants", grant, `{"userGrantId": "1"}`},
		{"POST /management/v1/users/opaque/keys", keyBody, key("opaque")},
		{"PUT /management/v1/users/opaque/secret", `{}`, `{"clientId": "live-opaque-run", "clientSecret": "it's $HOME"}`},
		{"POST /management/v1/users/opaque/pats", `{"expirationDate": "2030-01-02T03:04:05Z"}`, `{"tokenId": "1", "token": "pat"}`},

		{"POST /management/v1/users/machine", `{"userName": "live-jwt-run", "name": "live-jwt-run", "accessTokenType": "ACCESS_TOKEN_TYPE_JWT"}`, `{"userId": "jwt"}`},
		{"POST /management/v1/users/jwt/grants", grant, `{"userGrantId": "2"}`},
		{"POST /management/v1/users/jwt/keys", keyBody, key("jwt")},

		{"POST /management/v1/users/machine", `{"userName": "live-nogrant-run", "name": "live-nogrant-run", "accessTokenType": "ACCESS_TOKEN_TYPE_BEARER"}`, `{"userId": "nogrant"}`},
		{"POST /management/v1/users/nogrant/keys", keyBody, key("nogrant")},

		{"POST /management/v1/projects/project/apps/api", `{"name": "live-api-key-run", "authMethodType": "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"}`, `{"appId": "api", "clientId": "1"}`},
		{"POST /management/v1/projects/project/apps/api/keys", keyBody, key("api")},
		{"POST /management/v1/projects/project/apps/api", `{"name": "live-api-secret-run", "authMethodType": "API_AUTH_METHOD_TYPE_BASIC"}`, `{"appId": "2", "clientId": "api-client", "clientSecret": "api-secret"}`},

		{"POST /management/v1/projects/project/apps/oidc", fmt.Sprintf(oidcBody, "live-oidc-key-run", "OIDC_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"), `{"appId": "oidc", "clientId": "3"}`},
		{"POST /management/v1/projects/project/apps/oidc/keys", keyBody, key("oidc")},
		{"POST /management/v1/projects/project/apps/oidc", fmt.Sprintf(oidcBody, "live-oidc-secret-run", "OIDC_AUTH_METHOD_TYPE_BASIC"), `{"appId": "4", "clientId": "oidc-client", "clientSecret": "oidc-secret"}`},

		{"POST /management/v1/projects", `{"name": "live-other-run", "projectRoleAssertion": true}`, `{"id": "other"}`},
		{"POST /management/v1/projects/other/apps/api", `{"name": "live-other-api-key-run", "authMethodType": "API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT"}`, `{"appId": "other-api", "clientId": "5"}`},
		{"POST /management/v1/projects/other/apps/other-api/keys", keyBody, key("other-api")},
	}
}

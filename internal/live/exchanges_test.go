package main

import (
	"encoding/base64"
	"fmt"
)

// exchange is a request and ZITADEL's response. Methods, paths and bodies are those in ZITADEL's
// proto files (management.proto, feature/v2) and API reference.
type exchange struct {
	request  string // method and path
	body     string
	response string // a JSON object, preceded by the status and "|" if the status is not 200
}

// tokenExchangeEnabled is the response to a request for the features of an instance in which token
// exchange is enabled.
const tokenExchangeEnabled = `{"oidcTokenExchange": {"enabled": true, "source": "SOURCE_SYSTEM"}}`

// exchanges returns all exchanges of a run that prepares an instance in which token exchange is
// already enabled.
func exchanges() []exchange {
	const (
		projects = "POST /management/v1/projects"
		apps     = projects + "/project/apps"
		users    = "POST /management/v1/users"

		keyBody   = `{"type": "KEY_TYPE_JSON", "expirationDate": "2030-01-02T03:04:05Z"}`
		grantBody = `{"projectId": "project", "roleKeys": ["reader", "writer"]}`
	)
	return []exchange{
		{"GET /v2/features/instance?inheritance=true", ``, tokenExchangeEnabled},

		{projects, `{"name": "live-run", "projectRoleAssertion": true}`, `{"id": "project"}`},
		{projects + "/project/roles", `{"roleKey": "reader", "displayName": "reader"}`, `{}`},
		{projects + "/project/roles", `{"roleKey": "writer", "displayName": "writer"}`, `{}`},

		{users + "/machine", userBody("live-opaque-run", "BEARER"), `{"userId": "opaque"}`},
		{users + "/opaque/grants", grantBody, `{"userGrantId": "1"}`},
		{users + "/opaque/keys", keyBody, keyResponse("opaque")},
		{
			"PUT /management/v1/users/opaque/secret", `{}`,
			`{"clientId": "live-opaque-run", "clientSecret": "it's $HOME"}`,
		},
		{users + "/opaque/pats", `{"expirationDate": "2030-01-02T03:04:05Z"}`, `{"tokenId": "1", "token": "pat"}`},

		{users + "/machine", userBody("live-jwt-run", "JWT"), `{"userId": "jwt"}`},
		{users + "/jwt/grants", grantBody, `{"userGrantId": "2"}`},
		{users + "/jwt/keys", keyBody, keyResponse("jwt")},

		{users + "/machine", userBody("live-nogrant-run", "BEARER"), `{"userId": "nogrant"}`},
		{users + "/nogrant/keys", keyBody, keyResponse("nogrant")},

		{apps + "/api", apiBody("live-api-key-run", "PRIVATE_KEY_JWT"), `{"appId": "api", "clientId": "1"}`},
		{apps + "/api/keys", keyBody, keyResponse("api")},
		{
			apps + "/api", apiBody("live-api-secret-run", "BASIC"),
			`{"appId": "2", "clientId": "api-client", "clientSecret": "api-secret"}`,
		},

		{apps + "/oidc", oidcBody("live-oidc-key-run", "PRIVATE_KEY_JWT"), `{"appId": "oidc", "clientId": "3"}`},
		{apps + "/oidc/keys", keyBody, keyResponse("oidc")},
		{
			apps + "/oidc", oidcBody("live-oidc-secret-run", "BASIC"),
			`{"appId": "4", "clientId": "oidc-client", "clientSecret": "oidc-secret"}`,
		},

		{projects, `{"name": "live-other-run", "projectRoleAssertion": true}`, `{"id": "other"}`},
		{
			projects + "/other/apps/api", apiBody("live-other-api-key-run", "PRIVATE_KEY_JWT"),
			`{"appId": "other-api", "clientId": "5"}`,
		},
		{projects + "/other/apps/other-api/keys", keyBody, keyResponse("other-api")},
	}
}

// userBody returns the body of a request that creates a service account.
func userBody(name, tokenType string) string {
	return fmt.Sprintf(`{"userName": %[1]q, "name": %[1]q, "accessTokenType": "ACCESS_TOKEN_TYPE_%s"}`, name, tokenType)
}

// apiBody returns the body of a request that creates an API application.
func apiBody(name, method string) string {
	return fmt.Sprintf(`{"name": %q, "authMethodType": "API_AUTH_METHOD_TYPE_%s"}`, name, method)
}

// oidcBody returns the body of a request that creates an OIDC application.
func oidcBody(name, method string) string {
	return fmt.Sprintf(`{"name": %q, "authMethodType": "OIDC_AUTH_METHOD_TYPE_%s", "appType": "OIDC_APP_TYPE_WEB",
		"redirectUris": ["https://live.example/callback"], "responseTypes": ["OIDC_RESPONSE_TYPE_CODE"],
		"grantTypes": ["OIDC_GRANT_TYPE_AUTHORIZATION_CODE", "OIDC_GRANT_TYPE_TOKEN_EXCHANGE"]}`, name, method)
}

// keyResponse returns the response to a request that creates a key.
func keyResponse(keyID string) string {
	file := fmt.Appendf(nil, `{"keyId": %q}`, keyID)
	return fmt.Sprintf(`{"keyDetails": %q}`, base64.StdEncoding.EncodeToString(file))
}

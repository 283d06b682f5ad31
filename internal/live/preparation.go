package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"
)

// preparation is one run of the command. After the first error, it sends no more requests and writes
// no more files.
type preparation struct {
	api
	folder    string
	suffix    string    // the end of all names, which makes them unique
	expires   time.Time // expiration of all keys and tokens
	variables []string  // lines of the environment file
}

// prepare creates all objects and writes all files.
func (p *preparation) prepare() error {
	p.issuer = strings.TrimSuffix(p.issuer, "/")
	if err := checkIssuer(p.issuer); err != nil {
		return err
	}
	if err := p.createFolder(); err != nil {
		return err
	}
	p.enableTokenExchange()
	p.setVariable("ISSUER", p.issuer)

	project := p.createProject("live")
	p.setVariable("PROJECT_ID", project)
	for _, role := range []string{"reader", "writer"} {
		p.post("/projects/"+project+"/roles", object{"roleKey": role, "displayName": role})
	}
	p.createServiceAccounts(project)

	p.createKeyApplication("API_KEY_FILE", "api.json", project, apiApplication)
	p.createSecretApplication("API", project, apiApplication)
	p.createKeyApplication("OIDC_KEY_FILE", "oidc.json", project, oidcApplication)
	p.createSecretApplication("OIDC", project, oidcApplication)
	p.createKeyApplication("OTHER_API_KEY_FILE", "other-api.json", p.createProject("live-other"), apiApplication)

	p.writeEnvironment()
	return p.err
}

// enableTokenExchange enables token exchange if the feature exists and is disabled.
// ZITADEL rejects a change that has no effect, and newer servers do not have the feature.
func (p *preparation) enableTokenExchange() {
	const path = "/v2/features/instance"
	features := p.request(http.MethodGet, path+"?inheritance=true", nil)
	feature, ok := features["oidcTokenExchange"].(map[string]any)
	if ok && feature["enabled"] != true {
		p.request(http.MethodPut, path, object{"oidcTokenExchange": true})
	}
}

// createServiceAccounts creates the service accounts with their credentials.
func (p *preparation) createServiceAccounts(project string) {
	user := p.createServiceAccount("live-opaque", "ACCESS_TOKEN_TYPE_BEARER")
	p.grantRoles(user, project)
	p.createKey("SERVICE_KEY_FILE", "service.json", "/users/"+user)
	secret := p.request(http.MethodPut, managementPath+"/users/"+user+"/secret", object{}, "clientId", "clientSecret")
	p.setVariable("SERVICE_CLIENT_ID", secret.text("clientId"))
	p.setVariable("SERVICE_CLIENT_SECRET", secret.text("clientSecret"))
	pat := p.post("/users/"+user+"/pats", object{"expirationDate": p.expirationDate()}, "token")
	p.setVariable("SERVICE_PAT", pat.text("token"))

	user = p.createServiceAccount("live-jwt", "ACCESS_TOKEN_TYPE_JWT")
	p.grantRoles(user, project)
	p.createKey("SERVICE_JWT_KEY_FILE", "service-jwt.json", "/users/"+user)

	user = p.createServiceAccount("live-nogrant", "ACCESS_TOKEN_TYPE_BEARER")
	p.createKey("SERVICE_NOGRANT_KEY_FILE", "service-nogrant.json", "/users/"+user)
}

// createServiceAccount creates a service account and returns its ID.
func (p *preparation) createServiceAccount(name, tokenType string) string {
	name = p.uniqueName(name)
	body := object{"userName": name, "name": name, "accessTokenType": tokenType}
	return p.post("/users/machine", body, "userId").text("userId")
}

// grantRoles grants a user both roles of a project.
func (p *preparation) grantRoles(user, project string) {
	p.post("/users/"+user+"/grants", object{"projectId": project, "roleKeys": []string{"reader", "writer"}})
}

// createProject creates a project and returns its ID.
func (p *preparation) createProject(name string) string {
	return p.post("/projects", object{"name": p.uniqueName(name), "projectRoleAssertion": true}, "id").text("id")
}

// applicationType describes the request that creates an application of one type: path is the last
// segment of the request's path, and body returns the request's body.
type applicationType struct {
	path string
	body func(name, method string) object
}

var apiApplication = applicationType{"api", func(name, method string) object {
	return object{"name": name, "authMethodType": "API_AUTH_METHOD_TYPE_" + method}
}}

var oidcApplication = applicationType{"oidc", func(name, method string) object {
	return object{
		"name":           name,
		"authMethodType": "OIDC_AUTH_METHOD_TYPE_" + method,
		"appType":        "OIDC_APP_TYPE_WEB",
		// The tests do not log in, but ZITADEL requires a response type. The response type
		// requires the authorization code grant, and that grant requires a redirect URI.
		"redirectUris":  []string{"https://live.example/callback"},
		"responseTypes": []string{"OIDC_RESPONSE_TYPE_CODE"},
		"grantTypes":    []string{"OIDC_GRANT_TYPE_AUTHORIZATION_CODE", "OIDC_GRANT_TYPE_TOKEN_EXCHANGE"},
	}
}}

// createKeyApplication creates an application and its key.
func (p *preparation) createKeyApplication(variable, file, project string, t applicationType) {
	name := p.uniqueName("live-" + strings.TrimSuffix(file, ".json") + "-key")
	path := "/projects/" + project + "/apps/"
	application := p.post(path+t.path, t.body(name, "PRIVATE_KEY_JWT"), "appId")
	p.createKey(variable, file, path+application.text("appId"))
}

// createSecretApplication creates an application with a secret.
func (p *preparation) createSecretApplication(variable, project string, t applicationType) {
	name := p.uniqueName("live-" + strings.ToLower(variable) + "-secret")
	application := p.post("/projects/"+project+"/apps/"+t.path, t.body(name, "BASIC"), "clientId", "clientSecret")
	p.setVariable(variable+"_CLIENT_ID", application.text("clientId"))
	p.setVariable(variable+"_CLIENT_SECRET", application.text("clientSecret"))
}

// createKey creates a key for the service account or application at the path owner. It writes the key
// to a file, and sets variable to the file's path.
func (p *preparation) createKey(variable, file, owner string) {
	const member = "keyDetails"
	body := object{"type": "KEY_TYPE_JSON", "expirationDate": p.expirationDate()}
	response := p.post(owner+"/keys", body, member)
	content, err := base64.StdEncoding.DecodeString(response.text(member))
	if p.err == nil && (err != nil || !json.Valid(content)) {
		p.err = fmt.Errorf("POST %s%s/keys: %s is not a base64-encoded key file", managementPath, owner, member)
	}
	path := filepath.Join(p.folder, file)
	p.writeFile(path, content)
	p.setVariable(variable, path)
}

// uniqueName returns a name that no earlier run has used.
func (p *preparation) uniqueName(name string) string { return name + "-" + p.suffix }

// expirationDate returns the expiration of keys and tokens.
func (p *preparation) expirationDate() string { return p.expires.UTC().Format(time.RFC3339) }

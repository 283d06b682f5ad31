// Command live prepares a ZITADEL for "make testlive": it makes the projects,
// service accounts and applications that the acceptance tests need, and writes
// their keys, and the variables that name all of it, into a folder.
//
// Each run makes new ones and removes nothing.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	p := &preparation{
		client: &http.Client{
			Timeout: 30 * time.Second,
			// The token is for this instance only.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		run:     strings.ToLower(rand.Text()[:6]),
		expires: time.Now().AddDate(0, 0, 30),
	}
	flag.StringVar(&p.issuer, "issuer", "http://localhost:8080", "`URL` of the instance, as its tokens name it")
	flag.StringVar(&p.folder, "folder", "", "`folder` for the keys and for the file env, which sets the variables")
	tokenFile := flag.String("token-file", "", "`file` with a personal access token of an instance administrator (IAM_OWNER)")
	flag.Parse()
	if p.folder == "" || *tokenFile == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p.ctx = ctx
	token, err := os.ReadFile(*tokenFile)
	if err == nil {
		p.token = strings.TrimSpace(string(token))
		err = p.all()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
	fmt.Printf("Prepared %s. The names of what was made end in %s; the variables are in %s\n", p.issuer, p.run, p.environment())
}

// preparation is one run. After its first error it does nothing more.
type preparation struct {
	ctx                   context.Context
	client                *http.Client
	issuer, token, folder string
	run                   string    // ends all names, so that they are new
	expires               time.Time // the end of all keys and tokens
	variables             []string  // lines for a shell
	err                   error
}

type object map[string]any

// text is a member that is a string, or "".
func (o object) text(member string) string {
	s, _ := o[member].(string)
	return s
}

// all makes everything, by the Management API: v4 calls it deprecated, but it
// is the one that older versions have, too.
func (p *preparation) all() error {
	p.issuer = strings.TrimSuffix(p.issuer, "/")
	if at, err := url.Parse(p.issuer); err != nil || at.Scheme != "https" && at.Hostname() != "localhost" && !net.ParseIP(at.Hostname()).IsLoopback() {
		return errors.New("-issuer is not an https URL: an administrator's token goes over plain http to this machine only")
	}
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return err
	}
	folder, err := filepath.Abs(p.folder)
	if err != nil {
		return err
	}
	p.folder = folder
	// What an earlier run left must not pass for this one's.
	if err := os.Remove(p.environment()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}

	p.variables = []string{"unset ZITADEL_TEST_CONNECT_URL\n"}
	p.tokenExchange()
	p.set("ISSUER", p.issuer)

	project := p.project("live")
	p.set("PROJECT_ID", project)
	for _, role := range []string{"reader", "writer"} {
		p.post("/projects/"+project+"/roles", object{"roleKey": role, "displayName": role})
	}

	service := p.service("live-opaque", "ACCESS_TOKEN_TYPE_BEARER")
	p.grant(service, project)
	p.key("SERVICE_KEY_FILE", "service.json", "/users/"+service)
	secret := p.ask(http.MethodPut, management+"/users/"+service+"/secret", object{}, "clientId", "clientSecret")
	p.set("SERVICE_CLIENT_ID", secret.text("clientId"))
	p.set("SERVICE_CLIENT_SECRET", secret.text("clientSecret"))
	p.set("SERVICE_PAT", p.post("/users/"+service+"/pats", object{"expirationDate": p.end()}, "token").text("token"))

	service = p.service("live-jwt", "ACCESS_TOKEN_TYPE_JWT")
	p.grant(service, project)
	p.key("SERVICE_JWT_KEY_FILE", "service-jwt.json", "/users/"+service)

	service = p.service("live-nogrant", "ACCESS_TOKEN_TYPE_BEARER")
	p.key("SERVICE_NOGRANT_KEY_FILE", "service-nogrant.json", "/users/"+service)

	p.keyApplication("API_KEY_FILE", "api.json", project, "/apps/api", api)
	p.secretApplication("API", project, "/apps/api", api)
	p.keyApplication("OIDC_KEY_FILE", "oidc.json", project, "/apps/oidc", oidc)
	p.secretApplication("OIDC", project, "/apps/oidc", oidc)
	p.keyApplication("OTHER_API_KEY_FILE", "other-api.json", p.project("live-other"), "/apps/api", api)

	p.write(p.environment(), []byte(strings.Join(p.variables, "")))
	return p.err
}

// management is where the Management API is.
const management = "/management/v1"

// tokenExchange turns the grant type on where it can be off. ZITADEL refuses a
// change that changes nothing, and newer servers have nothing to turn on.
func (p *preparation) tokenExchange() {
	const features = "/v2/features/instance"
	flag, is := p.ask(http.MethodGet, features+"?inheritance=true", nil)["oidcTokenExchange"].(map[string]any)
	if is && flag["enabled"] != true {
		p.ask(http.MethodPut, features, object{"oidcTokenExchange": true})
	}
}

func (p *preparation) project(name string) string {
	return p.post("/projects", object{"name": p.named(name), "projectRoleAssertion": true}, "id").text("id")
}

func (p *preparation) service(name, tokens string) string {
	return p.post("/users/machine", object{"userName": p.named(name), "name": p.named(name), "accessTokenType": tokens}, "userId").text("userId")
}

func (p *preparation) grant(user, project string) {
	p.post("/users/"+user+"/grants", object{"projectId": project, "roleKeys": []string{"reader", "writer"}})
}

// api and oidc are what an application of the kind is made from.
func api(name, method string) object {
	return object{"name": name, "authMethodType": "API_AUTH_METHOD_TYPE_" + method}
}

func oidc(name, method string) object {
	return object{
		"name":           name,
		"authMethodType": "OIDC_AUTH_METHOD_TYPE_" + method,
		"appType":        "OIDC_APP_TYPE_WEB",
		// Nobody logs in here, but the response type, which cannot be left out,
		// demands the authorization code, and that an address to go to.
		"redirectUris":  []string{"https://live.example/callback"},
		"responseTypes": []string{"OIDC_RESPONSE_TYPE_CODE"},
		"grantTypes":    []string{"OIDC_GRANT_TYPE_AUTHORIZATION_CODE", "OIDC_GRANT_TYPE_TOKEN_EXCHANGE"},
	}
}

// keyApplication makes an application with a key.
func (p *preparation) keyApplication(variable, file, project, kind string, from func(name, method string) object) {
	name := p.named("live-" + strings.TrimSuffix(file, ".json") + "-key")
	application := p.post("/projects/"+project+kind, from(name, "PRIVATE_KEY_JWT"), "appId")
	p.key(variable, file, "/projects/"+project+"/apps/"+application.text("appId"))
}

// secretApplication makes an application with a secret.
func (p *preparation) secretApplication(variable, project, kind string, from func(name, method string) object) {
	name := p.named("live-" + strings.ToLower(variable) + "-secret")
	application := p.post("/projects/"+project+kind, from(name, "BASIC"), "clientId", "clientSecret")
	p.set(variable+"_CLIENT_ID", application.text("clientId"))
	p.set(variable+"_CLIENT_SECRET", application.text("clientSecret"))
}

// key makes a key of a service account or an application, and writes it.
func (p *preparation) key(variable, file, owner string) {
	const member = "keyDetails"
	answer := p.post(owner+"/keys", object{"type": "KEY_TYPE_JSON", "expirationDate": p.end()}, member)
	content, err := base64.StdEncoding.DecodeString(answer.text(member))
	if p.err == nil && (err != nil || !json.Valid(content)) {
		p.err = fmt.Errorf("POST %s%s/keys: %s is not a key file in base64", management, owner, member)
	}
	at := filepath.Join(p.folder, file)
	p.write(at, content)
	p.set(variable, at)
}

func (p *preparation) named(what string) string { return what + "-" + p.run }
func (p *preparation) end() string              { return p.expires.UTC().Format(time.RFC3339) }
func (p *preparation) environment() string      { return filepath.Join(p.folder, "env") }

// set adds a variable to the environment.
func (p *preparation) set(name, value string) {
	p.variables = append(p.variables, fmt.Sprintf("export ZITADEL_TEST_%s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`)))
}

// write writes a file that is new, because an old one would keep its mode.
func (p *preparation) write(at string, content []byte) {
	if p.err != nil {
		return
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, os.ErrNotExist) {
		p.err = err
		return
	}
	p.err = os.WriteFile(at, content, 0o600)
}

func (p *preparation) post(path string, body object, members ...string) object {
	return p.ask(http.MethodPost, management+path, body, members...)
}

// ask sends a request and returns the answer, which must have the members. An
// error tells what was asked, the status, and what ZITADEL said of it, which
// has no secret in it: none is in what was asked.
func (p *preparation) ask(method, path string, body object, members ...string) object {
	if p.err != nil {
		return nil
	}
	answer, err := p.send(method, path, body)
	for _, member := range members {
		if err == nil && answer.text(member) == "" {
			err = fmt.Errorf("the answer has no %s", member)
		}
	}
	if err != nil {
		p.err = fmt.Errorf("%s %s: %w", method, path, err)
	}
	return answer
}

func (p *preparation) send(method, path string, body object) (object, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(p.ctx, method, p.issuer+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := p.client.Do(request)
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		return nil, failed.Err // the caller names method and path
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	encoded, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	var answer object
	err = json.Unmarshal(encoded, &answer)
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("status %s%s", response.Status, said(answer))
	}
	if err != nil {
		return nil, fmt.Errorf("status %s, but the answer is not a JSON object", response.Status)
	}
	return answer, nil
}

// said is ZITADEL's message in an answer that is an error.
func said(answer object) string {
	message := []rune(answer.text("message"))
	if len(message) == 0 {
		return ""
	}
	return fmt.Sprintf(", %q", string(message[:min(len(message), 300)]))
}

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	token    = "admin-token"
	features = `{"oidcTokenExchange": {"enabled": true, "source": "SOURCE_SYSTEM"}}`
)

// zitadel answers the exchanges, in their order, and nothing else.
func zitadel(t *testing.T, wanted []exchange) *preparation {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(wanted) == 0 {
			t.Errorf("one request too many: %s %s", r.Method, r.URL)
			http.Error(w, "", http.StatusTeapot)
			return
		}
		want := wanted[0]
		wanted = wanted[1:]
		if got := r.Method + " " + r.URL.String(); got != want.request {
			t.Errorf("got %s, want %s", got, want.request)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer "+token {
			t.Errorf("%s: Authorization is %q", want.request, got)
		}
		var got, body any
		_ = json.NewDecoder(r.Body).Decode(&got)
		_ = json.Unmarshal([]byte(want.body), &body)
		if !reflect.DeepEqual(got, body) {
			t.Errorf("%s: the body is %v, want %v", want.request, got, body)
		}
		status, answer := http.StatusOK, want.answer
		if code, rest, found := strings.Cut(answer, "|"); found {
			_, _ = fmt.Sscan(code, &status)
			answer = rest
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(func() {
		server.Close()
		if len(wanted) > 0 && !t.Failed() {
			t.Errorf("never asked: %v", wanted[0])
		}
	})
	return &preparation{
		ctx: t.Context(), client: server.Client(), issuer: server.URL + "/", token: token, run: "run",
		folder: filepath.Join(t.TempDir(), "folder"), expires: time.Date(2030, 1, 2, 3, 4, 5, 6, time.UTC),
	}
}

func TestAll(t *testing.T) {
	p := zitadel(t, exchanges())
	if err := p.all(); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(p.folder, name) }
	want := map[string]string{
		"ZITADEL_TEST_ISSUER":                   p.issuer,
		"ZITADEL_TEST_PROJECT_ID":               "project",
		"ZITADEL_TEST_SERVICE_KEY_FILE":         at("service.json"),
		"ZITADEL_TEST_SERVICE_JWT_KEY_FILE":     at("service-jwt.json"),
		"ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE": at("service-nogrant.json"),
		"ZITADEL_TEST_SERVICE_CLIENT_ID":        "live-opaque-run",
		"ZITADEL_TEST_SERVICE_CLIENT_SECRET":    "it's $HOME",
		"ZITADEL_TEST_SERVICE_PAT":              "pat",
		"ZITADEL_TEST_API_KEY_FILE":             at("api.json"),
		"ZITADEL_TEST_API_CLIENT_ID":            "api-client",
		"ZITADEL_TEST_API_CLIENT_SECRET":        "api-secret",
		"ZITADEL_TEST_OTHER_API_KEY_FILE":       at("other-api.json"),
		"ZITADEL_TEST_OIDC_KEY_FILE":            at("oidc.json"),
		"ZITADEL_TEST_OIDC_CLIENT_ID":           "oidc-client",
		"ZITADEL_TEST_OIDC_CLIENT_SECRET":       "oidc-secret",
	}
	if got := sourced(t, at("env")); !reflect.DeepEqual(got, want) {
		t.Errorf("a shell reads\n%v\nwant\n%v", got, want)
	}
	for file, id := range map[string]string{
		"service.json": "opaque", "service-jwt.json": "jwt", "service-nogrant.json": "nogrant",
		"api.json": "api", "oidc.json": "oidc", "other-api.json": "other-api",
	} {
		if content, err := os.ReadFile(at(file)); err != nil || string(content) != fmt.Sprintf(`{"keyId": %q}`, id) {
			t.Errorf("%s: %s, %v", file, content, err)
		}
	}
	private(t, p.folder)
}

// sourced is what a shell has of the tests' variables after it read the file.
func sourced(t *testing.T, file string) map[string]string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the file is for a POSIX shell")
	}
	shell := exec.CommandContext(t.Context(), "sh", "-c", `. "$1" && env`, "sh", file)
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "ZITADEL_TEST_CONNECT_URL=http://elsewhere"}
	output, err := shell.Output()
	if err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{}
	for _, line := range strings.Split(string(output), "\n") {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "ZITADEL_TEST_") {
			variables[name] = value
		}
	}
	return variables
}

// private fails if anybody else may read what is in the folder.
func private(t *testing.T, folder string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if info, err := file.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file.Name(), info.Mode(), err)
		}
	}
}

// The tests of the provider need what the environment has, and no more.
func TestEveryVariable(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "acctest", "instance.go"))
	if err != nil {
		t.Fatal(err)
	}
	var needed []string
	for _, found := range regexp.MustCompile(`"(ZITADEL_TEST_[A-Z_]+)": `).FindAllSubmatch(source, -1) {
		needed = append(needed, string(found[1]))
	}
	p := zitadel(t, exchanges())
	if err := p.all(); err != nil {
		t.Fatal(err)
	}
	var written []string
	for _, line := range p.variables[1:] {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		written = append(written, name)
	}
	slices.Sort(needed)
	slices.Sort(written)
	if len(needed) == 0 || !slices.Equal(needed, written) {
		t.Errorf("the tests need\n%q\nand there is\n%q", needed, written)
	}
}

// A run replaces what an earlier one left in the folder, also its modes.
func TestAgain(t *testing.T) {
	p := zitadel(t, exchanges())
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"env", "api.json"} {
		if err := os.WriteFile(filepath.Join(p.folder, name), []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.all(); err != nil {
		t.Fatal(err)
	}
	private(t, p.folder)
	if content, err := os.ReadFile(filepath.Join(p.folder, "api.json")); err != nil || string(content) != `{"keyId": "api"}` {
		t.Errorf("api.json: %s, %v", content, err)
	}
}

// The grant type is turned on where it is off, and left alone where a newer
// ZITADEL has no such feature.
func TestTokenExchange(t *testing.T) {
	on := exchange{"PUT /v2/features/instance", `{"oidcTokenExchange": true}`, `{}`}
	for answer, then := range map[string][]exchange{
		features: nil,
		`{}`:     nil,
		`{"oidcTokenExchange": {"source": "SOURCE_SYSTEM"}}`:                   {on},
		`{"oidcTokenExchange": {"enabled": false, "source": "SOURCE_SYSTEM"}}`: {on},
	} {
		t.Run(answer, func(t *testing.T) {
			wanted := exchanges()
			wanted[0].answer = answer
			if err := zitadel(t, slices.Insert(wanted, 1, then...)).all(); err != nil {
				t.Error(err)
			}
		})
	}
}

// The first thing that goes wrong ends the run, and is told without a secret.
func TestErrors(t *testing.T) {
	const grant = 5 // of the exchanges
	for name, c := range map[string]struct {
		at           int
		answer, want string
	}{
		"refused":     {grant, `403|{"code": 7, "message": "No matching permissions found (AUTH-5mWD2)"}`, `POST /management/v1/users/opaque/grants: status 403 Forbidden, "No matching permissions found (AUTH-5mWD2)"`},
		"no JSON":     {grant, `502|<html>`, `POST /management/v1/users/opaque/grants: status 502 Bad Gateway`},
		"200, no ID":  {1, `{"details": {}}`, `POST /management/v1/projects: the answer has no id`},
		"200, HTML":   {1, `<html>`, `POST /management/v1/projects: status 200 OK, but the answer is not a JSON object`},
		"no key":      {6, `{"keyDetails": "bm90IEpTT04="}`, `POST /management/v1/users/opaque/keys: keyDetails is not a key file in base64`},
		"no base64":   {6, `{"keyDetails": "not base64"}`, `POST /management/v1/users/opaque/keys: keyDetails is not a key file in base64`},
		"no secret":   {7, `{"clientId": "live-opaque-run"}`, `PUT /management/v1/users/opaque/secret: the answer has no clientSecret`},
		"a long text": {1, `400|{"message": "` + strings.Repeat("ä", 400) + `"}`, `POST /management/v1/projects: status 400 Bad Request, "` + strings.Repeat("ä", 300) + `"`},
	} {
		t.Run(name, func(t *testing.T) {
			wanted := exchanges()[:c.at+1]
			wanted[c.at].answer = c.answer
			p := zitadel(t, wanted)
			if err := p.all(); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if _, err := os.Stat(p.environment()); !os.IsNotExist(err) {
				t.Errorf("there is an environment of a failed run: %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	p := &preparation{ctx: t.Context(), client: http.DefaultClient, issuer: server.URL, token: token, folder: t.TempDir()}
	err := p.all()
	if err == nil || !strings.HasPrefix(err.Error(), "GET /v2/features/instance?inheritance=true: dial tcp 127.0.0.1:") || strings.Contains(err.Error(), token) {
		t.Error(err)
	}
}

// The token of an administrator goes over plain http to this machine only.
func TestPlainHTTP(t *testing.T) {
	for issuer, taken := range map[string]bool{
		"http://zitadel.example": false, "http://10.0.0.1:8080": false, "localhost:8080": false, "ftp://localhost.example": false,
		"http://localhost:1": true, "http://127.0.0.1:1": true, "http://[::1]:1": true, "https://127.0.0.1:1": true,
	} {
		p := &preparation{ctx: t.Context(), client: http.DefaultClient, issuer: issuer, token: token, folder: t.TempDir()}
		err := p.all()
		if err == nil || strings.Contains(err.Error(), "-issuer is not an https URL") == taken {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}

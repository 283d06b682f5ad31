package main

import (
	"context"
	"errors"
	"fmt"
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

func TestPrepare(t *testing.T) {
	p := newPreparation(t, exchanges())
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(p.folder, name) }
	want := map[string]string{
		"ZITADEL_TEST_ISSUER":                   p.issuer,
		"ZITADEL_TEST_PROJECT_ID":               "project",
		"ZITADEL_TEST_SERVICE_KEY_FILE":         path("service.json"),
		"ZITADEL_TEST_SERVICE_JWT_KEY_FILE":     path("service-jwt.json"),
		"ZITADEL_TEST_SERVICE_NOGRANT_KEY_FILE": path("service-nogrant.json"),
		"ZITADEL_TEST_SERVICE_CLIENT_ID":        "live-opaque-run",
		"ZITADEL_TEST_SERVICE_CLIENT_SECRET":    "it's $HOME",
		"ZITADEL_TEST_SERVICE_PAT":              "pat",
		"ZITADEL_TEST_API_KEY_FILE":             path("api.json"),
		"ZITADEL_TEST_API_CLIENT_ID":            "api-client",
		"ZITADEL_TEST_API_CLIENT_SECRET":        "api-secret",
		"ZITADEL_TEST_OTHER_API_KEY_FILE":       path("other-api.json"),
		"ZITADEL_TEST_OIDC_KEY_FILE":            path("oidc.json"),
		"ZITADEL_TEST_OIDC_CLIENT_ID":           "oidc-client",
		"ZITADEL_TEST_OIDC_CLIENT_SECRET":       "oidc-secret",
	}
	if got := shellVariables(t, path("env")); !reflect.DeepEqual(got, want) {
		t.Errorf("got variables\n%v\nwant\n%v", got, want)
	}
	for file, id := range map[string]string{
		"service.json": "opaque", "service-jwt.json": "jwt", "service-nogrant.json": "nogrant",
		"api.json": "api", "oidc.json": "oidc", "other-api.json": "other-api",
	} {
		if content, err := os.ReadFile(path(file)); err != nil || string(content) != fmt.Sprintf(`{"keyId": %q}`, id) {
			t.Errorf("%s: got %s (error %v), want the key of %s", file, content, err, id)
		}
	}
	checkPermissions(t, p.folder)
}

// shellVariables returns the test variables that are set after a shell has sourced the file.
func shellVariables(t *testing.T, file string) map[string]string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("requires a POSIX shell")
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

// checkPermissions checks that only the current user can read the files in the folder.
func checkPermissions(t *testing.T, folder string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatalf("got files %v (error %v), want at least one", files, err)
	}
	for _, file := range files {
		if info, err := file.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got mode %v (error %v), want 0600", file.Name(), info.Mode(), err)
		}
	}
}

// TestEveryVariable checks that the environment file sets exactly the variables that the provider's
// tests read.
func TestEveryVariable(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "acctest", "instance.go"))
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, found := range regexp.MustCompile(`"(ZITADEL_TEST_[A-Z_]+)": `).FindAllSubmatch(source, -1) {
		read = append(read, string(found[1]))
	}
	p := newPreparation(t, exchanges())
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	var set []string
	for _, line := range p.variables {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		set = append(set, name)
	}
	slices.Sort(read)
	slices.Sort(set)
	if len(read) == 0 || !slices.Equal(read, set) {
		t.Errorf("the tests read\n%q\nbut the file sets\n%q", read, set)
	}
}

// TestPrepareAgain checks that a run replaces the files of an earlier run and their permissions.
func TestPrepareAgain(t *testing.T) {
	p := newPreparation(t, exchanges())
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"env", "api.json"} {
		if err := os.WriteFile(filepath.Join(p.folder, name), []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	checkPermissions(t, p.folder)
	content, err := os.ReadFile(filepath.Join(p.folder, "api.json"))
	if err != nil || string(content) != `{"keyId": "api"}` {
		t.Errorf("api.json: got %s (error %v), want the new key", content, err)
	}
}

// TestTokenExchange checks that a run enables token exchange if and only if the feature exists and is
// disabled.
func TestTokenExchange(t *testing.T) {
	enable := exchange{"PUT /v2/features/instance", `{"oidcTokenExchange": true}`, `{}`}
	for response, next := range map[string][]exchange{
		tokenExchangeEnabled: nil,
		`{}`:                 nil,
		`{"oidcTokenExchange": {"source": "SOURCE_SYSTEM"}}`:                   {enable},
		`{"oidcTokenExchange": {"enabled": false, "source": "SOURCE_SYSTEM"}}`: {enable},
	} {
		t.Run(response, func(t *testing.T) {
			expected := exchanges()
			expected[0].response = response
			if err := newPreparation(t, slices.Insert(expected, 1, next...)).prepare(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestStarting checks that the first request is retried while the server returns 503, that
// the retries stop after 15 seconds, and that no other request is retried.
func TestStarting(t *testing.T) {
	const response = `503|{"code": 14, "message": "connection refused"}`
	complete := exchanges()
	first, last := complete[0], complete[len(complete)-1]
	first.response, last.response = response, response
	const refused = `: status 503 Service Unavailable, "connection refused"`
	for name, c := range map[string]struct {
		expected []exchange
		pauses   int
		want     string // text of the error
	}{
		"ready at once": {complete, 0, ""},
		"ready later":   {slices.Concat(slices.Repeat([]exchange{first}, 30), complete), 30, ""},
		"never ready":   {slices.Repeat([]exchange{first}, 31), 30, first.request + refused},
		"later request": {slices.Concat(complete[:len(complete)-1], []exchange{last}), 0, last.request + refused},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPreparation(t, c.expected)
			var slept []time.Duration
			p.sleep = func(_ context.Context, d time.Duration) { slept = append(slept, d) }
			if err := p.prepare(); (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if want := slices.Repeat([]time.Duration{500 * time.Millisecond}, c.pauses); !slices.Equal(slept, want) {
				t.Errorf("got pauses %v, want %v", slept, want)
			}
		})
	}
}

// TestStartingInterrupted checks that an interrupt ends the wait for the server.
func TestStartingInterrupted(t *testing.T) {
	complete := exchanges()
	complete[0].response = "503|"
	p := newPreparation(t, complete[:1])
	ctx, cancel := context.WithCancel(t.Context())
	p.ctx = ctx
	p.sleep = func(ctx context.Context, _ time.Duration) {
		cancel()
		sleep(ctx, time.Hour)
	}
	if err := p.prepare(); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
}

// TestErrors checks that the first error ends the run, and that its message contains
// no secret.
func TestErrors(t *testing.T) {
	const (
		createProject = 1 // indices of exchanges
		grantRoles    = 5
		createKey     = 6
		createSecret  = 7

		projects = "POST /management/v1/projects: "
		opaque   = " /management/v1/users/opaque/"
	)
	for name, c := range map[string]struct {
		exchange       int
		response, want string
	}{
		"refused": {
			grantRoles, `403|{"code": 7, "message": "No matching permissions found (AUTH-5mWD2)"}`,
			"POST" + opaque + `grants: status 403 Forbidden, "No matching permissions found (AUTH-5mWD2)"`,
		},
		"not JSON":   {grantRoles, `502|<html>`, "POST" + opaque + "grants: status 502 Bad Gateway"},
		"200, no ID": {createProject, `{"details": {}}`, projects + "the response has no id"},
		"200, HTML":  {createProject, `<html>`, projects + "status 200 OK, but the response is not a JSON object"},
		"not a key file": {
			createKey, `{"keyDetails": "bm90IEpTT04="}`,
			"POST" + opaque + "keys: keyDetails is not a base64-encoded key file",
		},
		"not base64": {
			createKey, `{"keyDetails": "not base64"}`,
			"POST" + opaque + "keys: keyDetails is not a base64-encoded key file",
		},
		"no secret": {
			createSecret, `{"clientId": "live-opaque-run"}`,
			"PUT" + opaque + "secret: the response has no clientSecret",
		},
		"long message": {
			createProject, `400|{"message": "` + strings.Repeat("ä", 400) + `"}`,
			projects + `status 400 Bad Request, "` + strings.Repeat("ä", 300) + `"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			expected := exchanges()[:c.exchange+1]
			expected[c.exchange].response = c.response
			p := newPreparation(t, expected)
			if err := p.prepare(); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if _, err := os.Stat(p.environmentFile()); !os.IsNotExist(err) {
				t.Errorf("a failed run wrote the environment file: %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	err := newUnreachable(t, server.URL).prepare()
	const want = "GET /v2/features/instance?inheritance=true: dial tcp 127.0.0.1:"
	if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), adminToken) {
		t.Errorf("got error %v, want %s..., without the token", err, want)
	}
}

// TestPlainHTTP checks that the administrator's token is sent over plain HTTP only to
// this machine.
func TestPlainHTTP(t *testing.T) {
	for issuer, accepted := range map[string]bool{
		"http://zitadel.example": false, "http://10.0.0.1:8080": false,
		"localhost:8080": false, "ftp://localhost.example": false,
		"http://localhost:1": true, "http://127.0.0.1:1": true, "http://[::1]:1": true, "https://127.0.0.1:1": true,
	} {
		err := newUnreachable(t, issuer).prepare()
		if err == nil || strings.Contains(err.Error(), "-issuer must be an https URL") == accepted {
			t.Errorf("%s: got error %v, want the issuer to be accepted: %t", issuer, err, accepted)
		}
	}
}

package provider_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

const accessTokenBlock = "zitadel_access_token"

// isActive reports whether a token is active. It introspects the token with a separate provider process.
func isActive(t *testing.T, i *optest.Issuer, token any) bool {
	t.Helper()
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.API.KeyJSON())})
	return p.MustRead("data", "zitadel_introspection", object{"token": token})["active"].(bool)
}

// revocableBlock returns the arguments of a zitadel_access_token block whose token is revoked with the
// client ID and secret of the OIDC application.
func revocableBlock(i *optest.Issuer) object {
	return object{
		"project_ids": []string{i.World.Project.ID},
		"revoke_with": object{"client_id": i.World.OIDC.ClientID, "client_secret": i.World.OIDC.Secret},
	}
}

func TestCloseRevokesToken(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	for format, user := range map[string]*optest.ServiceUser{"opaque": w.Service, "jwt": w.ServiceJWT} {
		for by, with := range map[string]object{
			"key":    {"key_json": string(w.OIDC.KeyJSON())},
			"secret": {"client_id": w.OIDC.ClientID, "client_secret": w.OIDC.Secret},
		} {
			t.Run(format+"/"+by, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				p := startConfigured(t, object{"issuer": i.URL, "key_json": string(user.KeyJSON())})
				block := revocableBlock(i)
				block["revoke_with"] = with
				got := p.MustRead("ephemeral", accessTokenBlock, block)
				if got["token_format"] != format || !isActive(t, i, got["access_token"]) {
					t.Fatalf("got format %v, active %t; want %s, true",
						got["token_format"], isActive(t, i, got["access_token"]), format)
				}
				if scope := i.Last(optest.Token).Form.Get("scope"); !strings.Contains(scope, projectScope(w.OIDC.ClientID)) {
					t.Errorf("the scope %q does not contain the application's client ID", scope)
				}
				if found := p.Close(got); len(found) > 0 {
					t.Error(found)
				}
				if isActive(t, i, got["access_token"]) || i.Requests(optest.Revocation) != 1 {
					t.Errorf("after Close: %d revocations, want 1; the token must be inactive", i.Requests(optest.Revocation))
				}
			})
		}
	}
}

// A shared token must be revoked only once, when the last block that shares it is closed.
func TestSharedTokenIsRevokedOnce(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	results, problems := make([]object, 20), make([]acctest.Diagnostics, 20)
	var group sync.WaitGroup
	for n := range results {
		group.Go(func() { results[n], problems[n] = p.Read("ephemeral", accessTokenBlock, revocableBlock(i)) })
	}
	group.Wait()
	for _, found := range problems {
		if len(found) > 0 {
			t.Fatal(found)
		}
	}
	if n := i.Requests(optest.Token); n != 1 {
		t.Fatalf("%d token requests, want 1", n)
	}
	for n, result := range results[1:] {
		group.Go(func() { problems[n] = p.Close(result) })
	}
	group.Wait()
	for _, found := range problems {
		if len(found) > 0 {
			t.Error(found)
		}
	}
	if n := i.Requests(optest.Revocation); n != 0 || !isActive(t, i, results[0]["access_token"]) {
		t.Errorf("before the last Close: %d revocations, want none; the token must be active", n)
	}
	p.Close(results[0])
	if n := i.Requests(optest.Revocation); n != 1 || isActive(t, i, results[0]["access_token"]) {
		t.Errorf("after the last Close: %d revocations, want 1; the token must be inactive", n)
	}
	again := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))
	if again["access_token"] == results[0]["access_token"] || !isActive(t, i, again["access_token"]) {
		t.Error("a block that was opened after the revocation got the revoked token, or an inactive one")
	}
}

// A revocable token must not be shared with a data source, or with an ephemeral resource that has a
// different revoke_with.
func TestRevocableTokenIsNotShared(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	// With these projects, the data source requests the same scopes as revocableBlock.
	same := []string{i.World.Project.ID, i.World.OIDC.ClientID}
	other := revocableBlock(i)
	other["revoke_with"] = object{"key_json": string(i.World.OIDC.KeyJSON())}
	tokens := map[any]string{}
	for name, got := range map[string]object{
		"revocable":         p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i)),
		"other revoke_with": p.MustRead("ephemeral", accessTokenBlock, other),
		"data source":       p.MustRead("data", accessTokenBlock, object{"project_ids": same}),
	} {
		if already, ok := tokens[got["access_token"]]; ok {
			t.Errorf("%s and %s share a token", already, name)
		}
		tokens[got["access_token"]] = name
	}
}

// A failed revocation must cause a warning with the reason and the token's expiry time.
func TestRevocationFails(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	const notForClient = `{"error":"invalid_client","error_description":"token was not issued for this client"}`
	withSecret := func(secret string) object {
		return object{"client_id": w.OIDC.ClientID, "client_secret": secret}
	}
	for name, c := range map[string]struct {
		with     object
		fault    *optest.Fault
		response string
		codes    []string
	}{
		"wrong secret": {
			withSecret("canary-wrong"), nil, "400 invalid_client: invalid secret",
			[]string{"revoker-secret-wrong", "credentials-new"},
		},
		"API application": {
			object{"key_json": string(w.API.KeyJSON())}, nil,
			"400 invalid_client: no active client not found", []string{"revoker-inactive", "credentials-new"},
		},
		"token for a different client": {
			withSecret(w.OIDC.Secret), &optest.Fault{Status: 401, Body: notForClient},
			"401 invalid_client: token was not issued for this client", []string{"revoker-not-in-audience"},
		},
		"server unavailable": {
			withSecret(w.OIDC.Secret), &optest.Fault{Status: 503}, "503\n", []string{"server-unavailable"},
		},
		"other rejection": {
			withSecret(w.OIDC.Secret), &optest.Fault{Status: 400, Body: `{"error":"invalid_request"}`},
			"400 invalid_request", []string{"rejection-unexplained"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.Service.KeyJSON()), "max_retries": 0})
			block := revocableBlock(i)
			block["revoke_with"] = c.with
			got := p.MustRead("ephemeral", accessTokenBlock, block)
			if c.fault != nil {
				i.Fail(optest.Revocation, 2, *c.fault)
			}
			found := p.Close(got)
			checkCodes(t, found, append([]string{"token-not-revoked"}, c.codes...)...)
			acctest.CheckContains(t, found, "WARNING", unableTo("revoke token"),
				textOf("token-not-revoked", "expires_at", got["expires_at"]),
				inRequest("POST "+i.URL+"/oauth/v2/revoke"), inResponse(c.response))
			if strings.Contains(found.String(), got["access_token"].(string)) || strings.Contains(found.String(), "canary") {
				t.Errorf("the diagnostics contain a secret: %s", found)
			}
			if len(found) != 1 {
				t.Errorf("%d diagnostics, want 1", len(found))
			}
		})
	}
}

func TestInvalidRevokeWith(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	for name, c := range map[string]struct {
		with       object
		path, code string
		value      string // expected text in the message, if any
	}{
		"service account key": {
			object{"key_json": string(w.Service.KeyJSON())}, "revoke_with", "service-account-key-for-revocation", "",
		},
		"empty": {object{}, "revoke_with", "credentials-empty", "key_json, key_file, or client_id with client_secret"},
		"two kinds of credentials": {
			object{"key_json": "canary", "client_id": "a"},
			"revoke_with.client_id", "credentials-combined", "key_json and client_id",
		},
		"client ID without secret": {object{"client_id": "a"}, "revoke_with.client_id", "client-id-without-secret", ""},
		"no such file": {
			object{"key_file": "/no/such/file"}, "revoke_with.key_file", "key-file-missing", `"/no/such/file"`,
		},
		"invalid key": {object{"key_json": "canary"}, "revoke_with.key_json", "key-json-invalid", ""},
	} {
		t.Run(name, func(t *testing.T) {
			i := acctest.StartIssuer(t)
			p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.Service.KeyJSON())})
			_, found := p.Read("ephemeral", accessTokenBlock, object{"revoke_with": c.with})
			checkCodes(t, found, c.code)
			acctest.CheckContains(t, found, "ERROR ["+c.path+"] "+unableTo("use "+c.path)+":", c.value)
			if strings.Contains(found.String(), "canary") || i.Connections() != 0 {
				t.Errorf("%d connections, want none; the diagnostics must not contain the key: %s", i.Connections(), found)
			}
		})
	}
}

// The private data must contain the token and its expiry time, but neither the block's arguments nor the
// credentials for the revocation.
func TestPrivateData(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	got := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))
	private := string(p.PrivateData(got))
	limit := len(got["access_token"].(string))*2 + 200
	if strings.Contains(private, i.World.OIDC.Secret) || len(private) > limit {
		t.Errorf("the private data has %d bytes, want at most %d, without the client secret", len(private), limit)
	}
	p = startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	got = p.MustRead("ephemeral", accessTokenBlock, nil)
	if private := string(p.PrivateData(got)); strings.Contains(private, "close") || len(private) > 60 {
		t.Errorf("the private data of a token without revoke_with contains more than the expiry time: %s", private)
	}
}

// The warning about a failed revocation must name the domain argument if that argument determines the
// address of the instance.
func TestRevocationByDomain(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	u, err := url.Parse(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := startConfigured(t, object{
		"domain": u.Hostname(), "port": u.Port(), "insecure": true, "key_json": acctest.ServiceKey(),
	})
	opened := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))
	i.Fail(optest.Revocation, 1, htmlPage("<html>"))
	next := message.Next(fault.New("response-not-json", "by_domain", true))
	acctest.CheckContains(t, p.Close(opened), "WARNING", "[response-not-json]", next)
}

package provider_test

import (
	"context"
	"errors"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// An interrupt during a stalled request must leave no goroutine behind. The test does not run in
// parallel, because it would otherwise detect the goroutines of other tests.
func TestInterruptEndsGoroutines(t *testing.T) {
	i := acctest.StartIssuer(t)
	for name, c := range map[string]struct {
		kind  string
		block object
	}{"data source": {"data", nil}, "ephemeral": {"ephemeral", nil}, "revocable": {"ephemeral", revocableBlock(i)}} {
		before := goleak.IgnoreCurrent()
		t.Run(name, func(t *testing.T) {
			s := acctest.StartStalledIssuer(t, 0)
			p := startConfigured(
				t,
				object{"issuer": s.URL, "key_json": string(s.World.Service.KeyJSON()), "request_timeout": "1h"},
			)
			read := make(chan struct{})
			var found acctest.Diagnostics
			go func() {
				defer close(read)
				_, found = p.Read(c.kind, "zitadel_access_token", c.block)
			}()
			acctest.Await(t, "the request", s.Began)
			if problem := p.Stop(); problem != "" {
				t.Error(problem)
			}
			acctest.Await(t, "the end of the read", read)
			acctest.Await(t, "the end of the request", s.Ended)
			checkCodes(t, found, "interrupted")
			acctest.CheckContains(t, found, "ERROR", unableTo("get access token"))
		})
		goleak.VerifyNone(t, before)
	}
}

// StopProvider must not revoke any token. Afterward, no block may get a token. Close must still revoke
// the closed block's token, and process exit must revoke the tokens of blocks that were not closed.
func TestInterruptKeepsTokens(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	closed := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))
	other := revocableBlock(i)
	other["scopes"] = []string{"openid", "profile"}
	left := p.MustRead("ephemeral", accessTokenBlock, other)
	for range 2 {
		if problem := p.Stop(); problem != "" {
			t.Error(problem)
		}
	}
	for _, block := range []object{closed, left} {
		if n := i.Requests(optest.Revocation); n != 0 || !isActive(t, i, block["access_token"]) {
			t.Errorf("after StopProvider: %d revocations, want none; both tokens must still be active", n)
		}
	}
	unrequested := revocableBlock(i)
	unrequested["scopes"] = []string{"openid", "email"}
	requests := i.Requests(optest.Token)
	for name, block := range map[string]object{"shared": revocableBlock(i), "new": unrequested, "not revocable": {}} {
		_, found := p.Read("ephemeral", accessTokenBlock, block)
		checkCodes(t, found, "interrupted")
		acctest.CheckContains(t, found, "ERROR", unableTo("get access token"))
		if n := i.Requests(optest.Token); n != requests {
			t.Errorf("%s: %d token requests after the interrupt, want none", name, n-requests)
		}
	}
	found := p.Close(closed)
	if n := i.Requests(optest.Revocation); len(found) > 0 || n != 1 || isActive(t, i, closed["access_token"]) {
		t.Errorf("Close after the interrupt: %d revocations, want 1; the token must be inactive: %v", n, found)
	}
	for range 2 {
		if problem := endProcess(p); problem != "" || i.Requests(optest.Revocation) != 2 ||
			isActive(t, i, left["access_token"]) {
			t.Errorf("process exit: %d revocations in total, want 2; the token must be inactive: %s",
				i.Requests(optest.Revocation), problem)
		}
	}
	if found := p.Close(left); len(found) > 0 || i.Requests(optest.Revocation) != 2 {
		t.Errorf("Close after process exit: %d revocations in total, want 2: %v", i.Requests(optest.Revocation), found)
	}
}

// An interrupt before the first block is read must apply to all blocks.
func TestInterruptBeforeFirstBlock(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before ConfigureProvider", "after ConfigureProvider"} {
		for _, kind := range acctest.Kinds {
			t.Run(when+"/"+kind, func(t *testing.T) {
				i := acctest.StartIssuer(t)
				p := startProvider(t)
				stop := func() {
					if problem := p.Stop(); problem != "" {
						t.Error(problem)
					}
				}
				if when == "before ConfigureProvider" {
					stop()
				}
				p.Configure(object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
				stop()
				block := object{}
				if kind == "ephemeral" {
					block = revocableBlock(i)
				}
				_, found := p.Read(kind, accessTokenBlock, block)
				checkCodes(t, found, "interrupted")
				acctest.CheckContains(t, found, "ERROR")
				if problem := endProcess(p); problem != "" || i.Connections() != 0 {
					t.Errorf("%d connections, want none: %s", i.Connections(), problem)
				}
			})
		}
	}
}

// A client that is created after an interrupt must not request a token.
func TestInterruptBeforeClientIsCreated(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	p.Stop()
	request := zitadel.TokenRequest{Credentials: zitadel.Credentials{ClientID: "a", ClientSecret: key.NewSecret("canary")}}
	client := provider.NewClient(p.Server)
	if _, err := client.HoldToken(t.Context(), request, request.Credentials); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	if i.Connections() != 0 {
		t.Errorf("%d connections, want none", i.Connections())
	}
}

// If a run has sent no request, neither an interrupt nor process exit may send one.
func TestInterruptWithoutRequests(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startProvider(t)
	check := func() {
		t.Helper()
		if stopped, ended := p.Stop(), endProcess(p); stopped+ended != "" || i.Connections() != 0 {
			t.Errorf("StopProvider: %q, process exit: %q, %d connections; want no error and no connection",
				stopped, ended, i.Connections())
		}
	}
	check()
	p.Configure(object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	check()
}

// Under a debugger, one process serves several runs. An interrupt must affect only the current run,
// but process exit must revoke the tokens of all runs.
func TestInterruptAffectsOneRun(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	block := object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())}
	p := startConfigured(t, block)
	first := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))["access_token"]
	p.Stop()
	if found := p.Configure(block); len(found) > 0 {
		t.Fatal(found)
	}
	second := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))["access_token"]
	if first == second || i.Requests(optest.Revocation) != 0 {
		t.Errorf("the runs share a token: %t, want false; %d revocations, want none",
			first == second, i.Requests(optest.Revocation))
	}
	problem := endProcess(p)
	if n := i.Requests(optest.Revocation); problem != "" || n != 2 || isActive(t, i, first) || isActive(t, i, second) {
		t.Errorf("%d revocations at process exit, want 2: %s", n, problem)
	}
}

package provider_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// StopProvider revokes nothing. No block gets a token from then on, and Close
// revokes what is held. The end of the process revokes what was not closed.
func TestInterruptRevokesNothing(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	closed := p.must("ephemeral", opened, revocable(i))
	other := revocable(i)
	other["scopes"] = []string{"openid", "profile"}
	left := p.must("ephemeral", opened, other)
	for range 2 {
		if problem := p.stop(); problem != "" {
			t.Error(problem)
		}
	}
	for _, block := range []object{closed, left} {
		if n := i.Requests(optest.Revocation); n != 0 || !active(t, i, block["access_token"]) {
			t.Errorf("StopProvider sent %d revocations", n)
		}
	}
	another := revocable(i)
	another["scopes"] = []string{"openid", "email"}
	requests := i.Requests(optest.Token)
	for name, block := range map[string]object{"shared": revocable(i), "new": another, "not revocable": {}} {
		_, found := p.read("ephemeral", opened, block)
		contains(t, found, "ERROR", "Unable to get access token", "The run was interrupted")
		if n := i.Requests(optest.Token); n != requests {
			t.Errorf("%s: %d token requests after the interrupt", name, n-requests)
		}
	}
	found := p.close(closed)
	if n := i.Requests(optest.Revocation); len(found) > 0 || n != 1 || active(t, i, closed["access_token"]) {
		t.Errorf("Close after the interrupt: %v, %d revocations", found, n)
	}
	for range 2 {
		if problem := p.end(); problem != "" || i.Requests(optest.Revocation) != 2 || active(t, i, left["access_token"]) {
			t.Errorf("the end of the process: %s, %d revocations in all", problem, i.Requests(optest.Revocation))
		}
	}
	if found := p.close(left); len(found) > 0 || i.Requests(optest.Revocation) != 2 {
		t.Errorf("Close after the end of the process: %v, %d revocations in all", found, i.Requests(optest.Revocation))
	}
}

// The end of the process without an interrupt, after a run that failed.
func TestEndOfProcessRevokes(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	token := p.must("ephemeral", opened, revocable(i))["access_token"]
	p.must("ephemeral", opened, revocable(i))
	var ends sync.WaitGroup
	for range 2 {
		ends.Go(func() {
			if problem := p.end(); problem != "" || active(t, i, token) {
				t.Errorf("the token is active when the process has ended: %s", problem)
			}
		})
	}
	ends.Wait()
	if n := i.Requests(optest.Revocation); n != 1 {
		t.Errorf("%d revocations, want 1", n)
	}
}

// The end of the process waits 1.5 s at most, less than the CLI does.
func TestEndOfProcessIsBounded(t *testing.T) {
	i := optest.New("http://127.0.0.1:8080", world())
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, i)
		defer n.server.Close()
		p := startOn(t, n)
		if found := p.take(p.encode(p.schemas.Provider, object{"issuer": i.URL, "key_json": serviceKey()})); len(found) > 0 {
			t.Fatal(found)
		}
		p.must("ephemeral", opened, revocable(i))
		i.Fail(optest.Revocation, 100, optest.Fault{Delay: time.Hour})
		began := time.Now()
		problem := p.end()
		if took := time.Since(began); took != 1500*time.Millisecond || problem == "" || strings.Contains(problem, "canary") {
			t.Errorf("it took %s: %q", took, problem)
		}
	})
}

// An interrupt before the first block applies to all blocks.
func TestInterruptBeforeFirstBlock(t *testing.T) {
	for _, when := range []string{"before ConfigureProvider", "after ConfigureProvider"} {
		for _, kind := range kinds {
			t.Run(when+"/"+kind, func(t *testing.T) {
				i := issuer(t)
				p := start(t)
				stop := func() {
					if problem := p.stop(); problem != "" {
						t.Error(problem)
					}
				}
				if when == "before ConfigureProvider" {
					stop()
				}
				p.configure(object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
				stop()
				block := object{}
				if kind == "ephemeral" {
					block = revocable(i)
				}
				_, found := p.read(kind, opened, block)
				contains(t, found, "ERROR", "The run was interrupted")
				if problem := p.end(); problem != "" || i.Connections() != 0 {
					t.Errorf("%d connections: %s", i.Connections(), problem)
				}
			})
		}
	}
}

// A block that creates the client while the run is interrupted gets no token.
func TestInterruptAsClientIsMade(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	p.stop()
	request := oauth.TokenRequest{Credentials: oauth.Credentials{ClientID: "a", ClientSecret: key.NewSecret("canary")}}
	client := provider.NewClient(p.server)
	if _, err := client.HoldToken(t.Context(), request, request.Credentials); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if i.Connections() != 0 {
		t.Errorf("%d connections", i.Connections())
	}
}

// Interrupting or ending a run that has made no request sends none.
func TestInterruptOfNothing(t *testing.T) {
	i := issuer(t)
	p := start(t)
	check := func() {
		t.Helper()
		if stopped, ended := p.stop(), p.end(); stopped+ended != "" || i.Connections() != 0 {
			t.Errorf("%q, %q, %d connections", stopped, ended, i.Connections())
		}
	}
	check()
	p.configure(object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	check()
}

// A process that a debugger is attached to serves one run after the other. An
// interrupt applies to its run only, and process exit revokes the tokens of all runs.
func TestInterruptIsForOneRun(t *testing.T) {
	i := issuer(t)
	block := object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())}
	p := configured(t, block)
	first := p.must("ephemeral", opened, revocable(i))["access_token"]
	p.stop()
	if found := p.configure(block); len(found) > 0 {
		t.Fatal(found)
	}
	second := p.must("ephemeral", opened, revocable(i))["access_token"]
	if first == second || i.Requests(optest.Revocation) != 0 {
		t.Errorf("one token for two runs: %t; %d revocations", first == second, i.Requests(optest.Revocation))
	}
	problem := p.end()
	if n := i.Requests(optest.Revocation); problem != "" || n != 2 || active(t, i, first) || active(t, i, second) {
		t.Errorf("%d revocations at the end: %s", n, problem)
	}
}

package provider_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// Process exit must revoke the tokens of a failed run exactly once, even if the run was not interrupted.
func TestExitRevokes(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	token := p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))["access_token"]
	p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if problem := endProcess(p); problem != "" || isActive(t, i, token) {
				t.Errorf("the token is active after process exit, or the exit failed: %s", problem)
			}
		})
	}
	group.Wait()
	if n := i.Requests(optest.Revocation); n != 1 {
		t.Errorf("%d revocations, want 1", n)
	}
}

// If the server does not respond to a revocation, process exit must give up after 1.5 s, before the CLI
// kills the process.
func TestExitIsBounded(t *testing.T) {
	t.Parallel()
	i := acctest.NewIssuer()
	synctest.Test(t, func(t *testing.T) {
		n := acctest.NewNetwork(t, i)
		p := startOnNetwork(t, n)
		p.ConfigureValid(object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
		p.MustRead("ephemeral", accessTokenBlock, revocableBlock(i))
		i.Fail(optest.Revocation, 100, optest.Fault{Delay: time.Hour})
		began := time.Now()
		problem := endProcess(p)
		if took := time.Since(began); took != 1500*time.Millisecond || problem == "" || strings.Contains(problem, "canary") {
			t.Errorf("process exit took %s, want 1.5s and an error without a secret: %q", took, problem)
		}
	})
}

// endProcess does what a provider process does when it exits. It returns the text of the error that the
// process would log, or "" if there is no error.
func endProcess(p *acctest.Process) string {
	p.T.Helper()
	err := provider.EndProcess(p.Server)
	if err == nil {
		return ""
	}
	acctest.RecordOutput(p.T, "diagnostics", err.Error())
	return err.Error()
}

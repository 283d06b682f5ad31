package provider_test

import (
	"context"
	"flag"
	"os"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

func TestMain(m *testing.M) {
	os.Exit(acctest.Run(m, placesOfSecrets, func() error {
		// The plugin library reads the output of a provider until the process exits.
		return goleak.Find(goleak.IgnoreAnyFunction("github.com/hashicorp/go-plugin.copyChan"))
	}))
}

// placesOfSecrets are all places where secrets may be.
var placesOfSecrets = []acctest.AllowedPlace{
	{Place: "state, zitadel_access_token.access_token", Secret: "token", Reason: "a result of a data source"},
	{Place: "state, zitadel_access_token.id_token", Secret: "token", Reason: "a result of a data source"},
	{Place: "state, zitadel_client_assertion.assertion", Secret: "assertion", Reason: "a result of a data source"},
	{Place: "state, zitadel_token_exchange.access_token", Secret: "token", Reason: "a result of a data source"},
	{Place: "state, zitadel_token_exchange.id_token", Secret: "token", Reason: "a result of a data source"},
	{Place: "state, outputs", Secret: "token", Reason: "a configuration makes it an output"},
	{Place: "state, outputs", Secret: "assertion", Reason: "a configuration makes it an output"},
	{
		Place:  "state, terraform_data.input",
		Secret: "key",
		Reason: "a configuration passes it to a resource that stores it",
	},
	{
		Place:  "state, terraform_data.output",
		Secret: "key",
		Reason: "a configuration passes it to a resource that stores it",
	},
	{
		Place:  "state, http.request_headers",
		Secret: "token",
		Reason: "a configuration passes it to a data source that stores it",
	},
	{
		Place:  "state, vault_transit_sign.signature",
		Secret: "assertion",
		Reason: "a data source of another provider returns the signature of an assertion",
	},
	{Place: "state, echo.data", Secret: "token", Reason: "a test passes an ephemeral token to a resource that stores it"},
	{Place: "plan, variables", Reason: "a plan file contains all variables except ephemeral ones"},
	{Place: "plan, outputs", Secret: "token", Reason: "see the state"},
	{
		Place:  "plan, change of data.zitadel_introspection",
		Secret: "token",
		Reason: "arguments of a data source that waits for apply",
	},
	{
		Place:  "plan, change of data.zitadel_introspection",
		Secret: "key",
		Reason: "arguments of a data source that waits for apply",
	},
	{Place: "plan, change of terraform_data", Secret: "key", Reason: "see the state"},
	{Place: "plan, change of echo", Secret: "token", Reason: "see the state"},
	{Place: "output of show", Secret: "token", Reason: "show -json prints the state"},
	{Place: "output of show", Secret: "assertion", Reason: "show -json prints the state"},
	{Place: "output of show-plan", Secret: "token", Reason: "show -json prints a plan file"},
	{Place: "output of show-plan", Secret: "key", Reason: "show -json prints a plan file"},
	{Place: "log of the command line", Secret: "token", Reason: "the CLI logs its arguments, and those of -var with them"},
	{
		Place:  "log of a dynamic attribute",
		Secret: "token",
		Reason: "the CLI logs what a resource (never a data source) stores in one",
	},
	{Place: "protocol data", Reason: "TF_LOG_SDK_PROTO_DATA_DIR writes all messages between CLI and provider"},
}

// object is short for the type of arguments and results, which the tests use everywhere.
type object = acctest.Object

// providerSchemas returns the schemas of the provider, which are the same in each
// process.
var providerSchemas = sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
	request := &tfprotov6.GetProviderSchemaRequest{}
	found, err := provider.NewServer("test")().GetProviderSchema(context.Background(), request)
	if err != nil {
		panic(err)
	}
	return found
})

// providerServers are the providers of tests with terraform-plugin-testing.
var providerServers = acctest.ServerFactories{
	"zitadel": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
	"echo":    echoprovider.NewProviderServer(),
}

// skipTable skips a test with a large table, whose blocks are read one after the other. It
// runs in "make test", and if -run names it. It has no races, so it does not run with the
// race detector, for which "make race" sets -short.
func skipTable(t *testing.T) {
	t.Helper()
	isNamed := flag.Lookup("test.run").Value.String() != ""
	switch {
	case testing.Short():
		t.Skip("-short leaves out large tables, which have no races")
	case os.Getenv("TF_ACC") == "" && !isNamed:
		t.Skip(`a large table runs only in "make test", or if -run names it`)
	}
}

// tableKinds returns the kinds of blocks that a large table covers: all of
// [acctest.Kinds], or data sources alone with -short. Both kinds share the code that may
// have races.
func tableKinds() []string {
	if testing.Short() {
		return acctest.Kinds[:1]
	}
	return acctest.Kinds
}

// startProvider starts a provider process that does not wait between attempts.
func startProvider(t testing.TB) *acctest.Process {
	t.Helper()
	return acctest.NewProcess(t, provider.NewServerWithoutWaits(), providerSchemas())
}

// startConfigured starts a provider process with a provider block that it accepts.
func startConfigured(t testing.TB, block object) *acctest.Process {
	t.Helper()
	p := startProvider(t)
	if found := p.Configure(block); len(found) > 0 {
		t.Fatalf("provider block: %v", found)
	}
	return p
}

// startOnNetwork starts a provider process on a network in memory.
func startOnNetwork(t testing.TB, n *acctest.Network) *acctest.Process {
	t.Helper()
	return acctest.NewQuietProcess(t, provider.NewServerDialing(n.Dial), providerSchemas())
}

// onFakeClock runs a test in a bubble of testing/synctest, whose clock skips waits, with
// a provider process that is configured for an issuer in the same network in memory.
func onFakeClock(
	t *testing.T,
	i *optest.Issuer,
	block object,
	test func(*testing.T, *acctest.Network, *acctest.Process),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := acctest.NewNetwork(t, i)
		p := startOnNetwork(t, n)
		block["issuer"] = i.URL
		p.Configure(block)
		test(t, n, p)
	})
}

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
		// go-plugin copies a provider's output until the test process exits.
		return goleak.Find(goleak.IgnoreAnyFunction("github.com/hashicorp/go-plugin.copyChan"))
	}))
}

// placesOfSecrets lists every place where a secret is allowed.
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
	{Place: "plan, outputs", Secret: "token", Reason: "allowed in the state, too"},
	{
		Place:  "plan, change of data.zitadel_introspection",
		Secret: "token",
		Reason: "an argument of a data source that is read during apply",
	},
	{
		Place:  "plan, change of data.zitadel_introspection",
		Secret: "key",
		Reason: "an argument of a data source that is read during apply",
	},
	{Place: "plan, change of terraform_data", Secret: "key", Reason: "allowed in the state, too"},
	{Place: "plan, change of echo", Secret: "token", Reason: "allowed in the state, too"},
	{Place: "output of show", Secret: "token", Reason: "show -json prints the state"},
	{Place: "output of show", Secret: "assertion", Reason: "show -json prints the state"},
	{Place: "output of show-plan", Secret: "token", Reason: "show -json prints a plan file"},
	{Place: "output of show-plan", Secret: "key", Reason: "show -json prints a plan file"},
	{
		Place:  "log of the command line",
		Secret: "token",
		Reason: "the CLI logs its arguments, including the values of -var",
	},
	{
		Place:  "log of a dynamic attribute",
		Secret: "token",
		Reason: "the CLI logs a resource's dynamic attributes, but not those of a data source",
	},
	{Place: "protocol data", Reason: "TF_LOG_SDK_PROTO_DATA_DIR records all messages between the CLI and the provider"},
}

// object is shorthand for the type of arguments and results.
type object = acctest.Object

// providerSchemas returns the provider's schemas. It builds them only once, because they are the same
// in every process.
var providerSchemas = sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
	request := &tfprotov6.GetProviderSchemaRequest{}
	found, err := provider.NewServer("test")().GetProviderSchema(context.Background(), request)
	if err != nil {
		panic(err)
	}
	return found
})

// providerServers maps the names of providers to their servers, for tests that use
// terraform-plugin-testing.
var providerServers = acctest.ServerFactories{
	"zitadel": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
	"echo":    echoprovider.NewProviderServer(),
}

// skipTable skips a test that goes through a large table of blocks, unless TF_ACC or -run is set. TF_ACC
// is set by "make test". With -short, which "make race" sets, skipTable always skips the test, because a
// test that reads its blocks one after another has no races to detect.
func skipTable(t *testing.T) {
	t.Helper()
	isNamed := flag.Lookup("test.run").Value.String() != ""
	switch {
	case testing.Short():
		t.Skip("a test with a large table has no races to detect, so it does not run with -short")
	case os.Getenv("TF_ACC") == "" && !isNamed:
		t.Skip(`a test with a large table runs only in "make test" or with -run`)
	}
}

// tableKinds returns the kinds of blocks that a test with a large table covers: all of [acctest.Kinds],
// or with -short only data sources, because both kinds share the code that could have races.
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

// startConfigured starts a provider process and configures it with a provider block. It ends the
// test if the provider reports a diagnostic.
func startConfigured(t testing.TB, block object) *acctest.Process {
	t.Helper()
	p := startProvider(t)
	if found := p.Configure(block); len(found) > 0 {
		t.Fatalf("provider block: %v", found)
	}
	return p
}

// startOnNetwork starts a provider process that connects to an in-memory network.
func startOnNetwork(t testing.TB, n *acctest.Network) *acctest.Process {
	t.Helper()
	return acctest.NewQuietProcess(t, provider.NewServerDialing(n.Dial), providerSchemas())
}

// onFakeClock runs test in a testing/synctest bubble, whose fake clock skips waits. It passes test an
// in-memory network that connects to the issuer, and a provider process that is configured with block.
// Before that, it sets block's issuer argument to the issuer's URL.
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

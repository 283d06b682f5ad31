package acctest

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/compatibility"
)

// ServerFactories maps the local names of providers to functions that return their servers.
type ServerFactories = map[string]func() (tfprotov6.ProviderServer, error)

// TestSteps runs steps in parallel with other tests. It adds the instance's provider block to the
// configuration of each step.
func (i *Instance) TestSteps(t *testing.T, servers ServerFactories, steps ...resource.TestStep) {
	t.Helper()
	for n := range steps {
		steps[n].Config = i.ProviderBlock(t) + steps[n].Config
	}
	ParallelTest(t, resource.TestCase{ProtoV6ProviderFactories: servers, Steps: steps})
}

// ParallelTest is like [resource.ParallelTest], except that it decides whether to skip the test
// before the test becomes parallel, as [Subtests] requires. It also expects a non-empty plan from
// each step with ephemeral resources if the CLI never returns an empty plan for them.
func ParallelTest(t *testing.T, c resource.TestCase) {
	t.Helper()
	SkipWithoutCLI(t)
	cli, err := compatibility.Read(t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"))
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range c.Steps {
		if !compatibility.EmptyPlan.Works(cli) && strings.Contains(step.Config, "\nephemeral ") {
			c.Steps[i].ExpectNonEmptyPlan = true
		}
	}
	resource.ParallelTest(t, c)
}

// SkipWithoutCLI skips the test unless acceptance tests are enabled, that is, unless both TF_ACC and
// TF_ACC_TERRAFORM_PATH are set.
func SkipWithoutCLI(t testing.TB) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" || os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		t.Skip("TF_ACC or TF_ACC_TERRAFORM_PATH is not set: run \"make test\", which sets both")
	}
}

// ExpectValue checks the value of an attribute in state.
func ExpectValue(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

// ExpectSensitive checks that an attribute in state is marked as sensitive.
func ExpectSensitive(address, attribute string) statecheck.StateCheck {
	return statecheck.ExpectSensitiveValue(address, tfjsonpath.New(attribute))
}

// UTCTime checks that a value is an RFC 3339 time in UTC.
var UTCTime = knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))

package compatibility

// The oldest supported versions. TestAccCompatibility does not run with older ones.
const (
	oldestTerraform = "1.5.0"
	oldestOpenTofu  = "1.6.0"
)

// The first versions with ephemeral resources.
const (
	ephemeralTerraform = "1.10.0"
	ephemeralOpenTofu  = "1.11.0"
)

// IsComplete reports whether the CLI has ephemeral resources, and therefore all features that the
// acceptance tests use.
func (c CLI) IsComplete() bool {
	return !c.isBefore(map[string]string{Terraform: ephemeralTerraform, OpenTofu: ephemeralOpenTofu}[c.Name])
}

// EmptyPlan declares which CLIs create an empty plan if nothing has changed. It is exported because
// package acctest uses it.
var EmptyPlan = Feature{
	Name: "empty_plan", Title: "an empty plan after `apply`, with ephemeral resources",
	Since: map[string]string{Terraform: ephemeralTerraform, OpenTofu: ephemeralOpenTofu},
	Exceptions: []Exception{{
		CLI: OpenTofu, From: "1.11.0", Before: "1.12.0",
		Effect: "The JSON plan contains an `open` action for each ephemeral resource, so tools that read the plan " +
			"report changes.",
		Output:   "open",
		Upstream: "https://github.com/opentofu/opentofu/issues/3781",
	}},
}

// Features contains the features in the order of their rows in docs/compatibility.md.
var Features = []Feature{
	{
		Name: "data_sources", Title: "data sources",
		Since: map[string]string{Terraform: oldestTerraform, OpenTofu: oldestOpenTofu},
	},
	{
		Name: "functions", Title: "functions",
		Since: map[string]string{Terraform: "1.8.0", OpenTofu: "1.7.0"},
	},
	{
		Name: "ephemeral_resources", Title: "ephemeral resources",
		Since: map[string]string{Terraform: ephemeralTerraform, OpenTofu: ephemeralOpenTofu},
	},
	{
		Name:  "unused_ephemeral_resources",
		Title: "`apply` opens ephemeral resources even if nothing uses them",
		Since: map[string]string{Terraform: ephemeralTerraform, OpenTofu: ephemeralOpenTofu},
		Exceptions: []Exception{{
			CLI: OpenTofu, From: "1.12.0",
			Effect: "`apply` opens such a resource only if another block uses one of its results or lists it in " +
				"`depends_on`. Otherwise, `fail_when_invalid` has no effect during `apply`.",
			Output:   "was not opened",
			Upstream: "https://github.com/opentofu/opentofu/pull/3897",
		}},
	},
	EmptyPlan,
	{
		Name: "refresh_only", Title: "`plan -refresh-only` with ephemeral resources",
		Since: map[string]string{Terraform: ephemeralTerraform, OpenTofu: ephemeralOpenTofu},
		Exceptions: []Exception{{
			CLI: OpenTofu, From: "1.11.0", Before: "1.12.0",
			Effect:   "The command fails with \"This is a bug in OpenTofu\".",
			Output:   "This is a bug in OpenTofu",
			Upstream: "https://github.com/opentofu/opentofu/issues/3774",
		}},
	},
	{
		Name: "refresh_only_exit_code", Title: "`plan -refresh-only -detailed-exitcode` returns 0 if nothing has changed",
		Since: map[string]string{Terraform: oldestTerraform, OpenTofu: oldestOpenTofu},
		Exceptions: []Exception{{
			CLI: Terraform, From: "1.15.0",
			Effect: "With a data source in the configuration, the exit code is 2 although the output is \"No changes\". " +
				"Use `plan -detailed-exitcode` without `-refresh-only`.",
			Output:   "exit status 2",
			Upstream: "https://github.com/hashicorp/terraform/issues/36403",
		}},
	},
	{
		Name: "mock_data_sources", Title: "`mock_provider` in `test`, for data sources",
		Since: map[string]string{Terraform: "1.7.0", OpenTofu: "1.8.0"},
		Exceptions: []Exception{
			crashingMock("1.8.0", "1.8.10"), crashingMock("1.9.0", "1.9.2"), crashingMock("1.10.0", "1.10.3"),
		},
	},
	{
		Name: "mock_ephemeral_resources", Title: "`mock_provider` in `test`, for ephemeral resources",
		Since: map[string]string{Terraform: ephemeralTerraform, OpenTofu: ephemeralOpenTofu},
		Exceptions: []Exception{{
			CLI: Terraform, From: ephemeralTerraform, Before: "1.17.0",
			Effect:   "The test fails with \"No ephemeral resource types in mock providers\".",
			Output:   "No ephemeral resource types in mock providers",
			Upstream: "https://github.com/hashicorp/terraform/issues/38608",
		}, {
			CLI: OpenTofu, From: "1.11.0", Before: "1.12.2",
			Effect:   "The CLI crashes with \"implement me\" if the configuration contains an ephemeral resource.",
			Output:   "implement me",
			Upstream: "https://github.com/opentofu/opentofu/issues/4251",
		}},
	},
	{
		Name: "functions_in_console", Title: "functions in `console`",
		Since: map[string]string{Terraform: "1.8.0", OpenTofu: "1.7.0"},
		Exceptions: []Exception{{
			CLI: OpenTofu, From: "1.7.0",
			Effect: "`console` reports \"BUG: Uninitialized function provider\". Use an output instead. " +
				"The linked issue is not specific to `console`.",
			Output:   "Uninitialized function provider",
			Upstream: "https://github.com/opentofu/opentofu/issues/1326",
		}},
	},
}

// crashingMock returns the exception for OpenTofu releases that crash when they mock a
// block without credentials.
func crashingMock(from, before string) Exception {
	return Exception{
		CLI: OpenTofu, From: from, Before: before,
		Effect: "The CLI crashes when it mocks a block without `credentials`. Upgrade to the latest patch release, " +
			"or set `credentials` in the module under test.",
		Output:   "OPENTOFU CRASH",
		Upstream: "https://github.com/opentofu/opentofu/pull/2994",
	}
}

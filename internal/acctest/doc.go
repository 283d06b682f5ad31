// Package acctest has what the tests of a Terraform provider share.
//
// It drives a provider in three ways: through the plugin protocol without a CLI
// ([Process]), on a network and a clock in memory ([Network]), and through
// terraform or tofu with the binary as it is shipped ([Workspace]). The server at
// the other end is the built-in issuer ([StartIssuer]) or a live ZITADEL
// ([Instance]).
//
// Where a CLI is available, all output, logs, states and plan files are kept until
// the end of the run, and searched for every secret that was used ([Run]).
//
// The package shares no code with the provider. A test passes the server that it
// tests.
package acctest

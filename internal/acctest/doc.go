// Package acctest contains the helpers that the project's tests share.
//
// The helpers run a provider in three ways: through the plugin protocol without a
// CLI ([Process]), with an in-memory network and a fake clock ([Network]), and
// through terraform or tofu with a binary that is built like a release
// ([Workspace]). The provider sends its requests to the built-in issuer
// ([StartIssuer]) or to a live ZITADEL instance ([Instance]).
//
// If TF_ACC is set and the tests do not use a live instance, all output, logs,
// states and plan files are stored until the end of the run, and then searched for
// every secret that the tests used ([Run]).
//
// The package shares no code with the provider. Each test supplies the
// provider server that it tests.
package acctest

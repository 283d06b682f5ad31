// Package acctest contains helpers that the tests of the provider share.
//
// The helpers run a provider in three ways: through the plugin protocol without a
// CLI ([Process]), with an in-memory network and a virtual clock ([Network]), and
// through terraform or tofu with the binary of a release build ([Workspace]). The
// provider sends its requests to the built-in issuer ([StartIssuer]) or to a live
// ZITADEL instance ([Instance]).
//
// If TF_ACC is set and no live instance is used, all output, logs, states and plan
// files are stored until the end of the run, and then searched for every secret
// that was used ([Run]).
//
// The package shares no code with the provider. Each test supplies the
// provider server that it tests.
package acctest

package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// unsigned returns arguments with an assertion that has the given payload and an invalid signature.
func unsigned(payload string) object {
	return object{"assertion": acctest.UnsignedJWT(`{"alg":"RS256"}`, payload) + "YQ"}
}

// credentialFaults returns faults in the credentials of the provider block or of the environment.
func credentialFaults(t *testing.T) []providerFault {
	t.Helper()
	w, i := acctest.World(), acctest.StartIssuer(t)
	pastExpiry := map[string]any{"expirationDate": "2020-01-31T00:00:00Z"}
	application, account := object{"key_json": string(w.API.KeyJSON())}, object{"key_json": acctest.ServiceKey()}
	expired := acctest.ChangeKey(t, w.API.KeyJSON(), pastExpiry)
	file := acctest.WriteFile(t, t.TempDir(), "expired.json", []byte(expired))
	expiredAccount := object{"key_json": acctest.ChangeKey(t, w.Service.KeyJSON(), pastExpiry)}
	const (
		keyJSON, keyFile = "Invalid provider configuration: key_json", "Invalid provider configuration: key_file"
		assertion        = "Invalid provider configuration: assertion"
		environment      = message.EnvironmentSummary
		withKey          = " with the provider's key_json"
		withClient       = " with the provider's client_id"
	)
	secret, all := object{"client_id": "a", "client_secret": "b"}, authenticatingBlocks
	input := signingInputFor(t, i.URL, time.Now())
	applicationBlocks := []string{signing, "zitadel_introspection", tokenExchangeBlock}
	faults := []providerFault{
		{"no credentials", nil, "", "credentials-missing", "Incomplete provider configuration: credentials", all},
		{"two kinds of credentials", nil, "KEY_FILE=a CLIENT_ID=b", "variables-combined", environment, all},
		{"two key files", nil, "KEY_FILE=a KEY_PATH=b", "variables-differ", environment, all},
		{"client secret without ID", nil, "CLIENT_SECRET=a", "secret-variable-alone", environment, all},
		{"quoted client ID", nil, "CLIENT_ID='a' CLIENT_SECRET=b", "value-quoted", environment, all},
		{"expiry warning", secret, "KEY_EXPIRY_WARNING=5", "duration-invalid", environment, all},
		{
			"client ID without secret", object{"client_id": "a"}, "", "client-id-without-secret",
			"Invalid provider configuration: client_id", all,
		},
		{"missing file", object{"key_file": "/no/such/file"}, "", "key-file-missing", keyFile, all},
		{"not a path", object{"key_file": "canary"}, "", "key-file-not-path", keyFile, all},
		{"missing file in a variable", nil, "KEY_PATH=/no/such/file", "key-file-missing", keyFile, all},
		{"empty key JSON", object{"key_json": "{}"}, "", "key-member-missing", keyJSON, all},
		{"null in a variable", nil, "KEY_JSON=null", "key-json-not-object", keyJSON, all},
		{"expired key", object{"key_json": expired}, "", "key-expired", keyJSON, applicationBlocks},
		{"expired account key", expiredAccount, "", "key-expired", keyJSON, []string{accessTokenBlock, signing}},
		{"expired file", object{"key_file": file}, "", "key-expired", keyFile, applicationBlocks},
		{"expired file in a variable", nil, "KEY_FILE=" + file, "key-expired", keyFile, applicationBlocks},
		{"expired assertion", unsigned(`{"sub":"1","exp":1}`), "", "assertion-expired", assertion, tokenBlocks},
		{"not a JWT", object{"assertion": "a"}, "", "assertion-not-jwt", assertion, tokenBlocks},
		{"not a JWT, in a variable", nil, "ASSERTION=a", "assertion-not-jwt", assertion, tokenBlocks},
		{"exp is a string", unsigned(`{"exp":"x"}`), "", "assertion-claim-invalid", assertion, tokenBlocks},
		{"payload is an array", unsigned("[]"), "", "assertion-payload-invalid", assertion, tokenBlocks},
		{"access token", unsigned(`{"iss":"https://z","sub":"1"}`), "", "assertion-is-token", assertion, tokenBlocks},
		{"truncated assertion", object{"assertion": "a.b"}, "", "token-cut", assertion, tokenBlocks},
		{"signing input", object{"assertion": input}, "", "assertion-without-signature", assertion, tokenBlocks},
		{"signing input, in a variable", nil, "ASSERTION=" + input, "assertion-without-signature", assertion, tokenBlocks},
		{"empty signature", object{"assertion": input + "."}, "", "assertion-without-signature", assertion, tokenBlocks},

		{"application key", application, "", "application-key-for-token", withKey, tokenBlocks[:1]},
		{"account key", account, "", "service-account-key-for-introspection", withKey, tokenBlocks[1:2]},
		{"account key, exchange", account, "", "service-account-key-for-exchange", withKey, tokenBlocks[2:]},
		{"no key for signing", secret, "", "key-required-to-sign", withClient, []string{signing}},
		{"rejected, token", secret, "", "service-account-unknown", withClient, tokenBlocks[:1]},
		{"rejected, introspection", secret, "", "application-or-secret-wrong", withClient, tokenBlocks[1:2]},
		{"rejected, exchange", secret, "", "exchange-application-inactive", withClient, tokenBlocks[2:]},
	}
	for n, f := range faults {
		faults[n].block = object{"issuer": i.URL, "max_retries": 0}
		maps.Copy(faults[n].block, f.block)
	}
	return faults
}

// If a block has its own credentials, a fault in them must be attributed to the block's credentials
// argument, not to the provider block.
func TestFaultsOfBlockCredentials(t *testing.T) {
	skipTable(t)
	i := acctest.StartIssuer(t)
	for _, f := range credentialFaults(t) {
		credentials := object{}
		for _, name := range []string{"key_json", "key_file", "client_id", "client_secret", "assertion"} {
			if value, isSet := f.block[name]; isSet {
				credentials[name] = value
			}
		}
		if len(credentials) == 0 || f.environment != "" {
			continue
		}
		for _, block := range f.blocks {
			for _, kind := range acctest.Kinds {
				blockArguments := object{"credentials": credentials}
				maps.Copy(blockArguments, arguments(block))
				p := startConfigured(t, object{"issuer": i.URL, "max_retries": 0, "key_json": acctest.ServiceKey()})
				_, found := p.Read(kind, block, blockArguments)
				acctest.CheckContains(t, found, "ERROR [credentials", "["+f.code+"]")
				for _, d := range found {
					if strings.Contains(d.Summary, "provider") || strings.Contains(d.Detail, "of the provider block:") {
						t.Errorf("%s, %s: the diagnostics mention the provider block: %v", f.name, block, found)
					}
				}
			}
		}
	}
}

// If the credentials come from environment variables, the message about a fault in them must name the
// variable instead of an argument, and must suggest nothing that makes sense only in a configuration.
func TestCredentialFaultsInVariables(t *testing.T) {
	skipTable(t)
	tested := 0
	for _, f := range credentialFaults(t) {
		block, environment := object{}, map[string]string{}
		for name, value := range f.block {
			if text, isText := value.(string); isText && isCredential(name) {
				environment["ZITADEL_"+strings.ToUpper(name)] = text
			} else {
				block[name] = value
			}
		}
		if len(environment) == 0 || f.environment != "" {
			continue
		}
		for _, name := range f.blocks {
			tested++
			t.Run(f.name+" "+name, func(t *testing.T) {
				for variable, value := range environment {
					t.Setenv(variable, value)
				}
				_, found := startConfigured(t, block).Read("data", name, arguments(name))
				acctest.CheckContains(t, found, "ERROR", "["+f.code+"]")
				isNamed := func(variable string) bool { return strings.Contains(found.String(), variable) }
				if !slices.ContainsFunc(acctest.SortedKeys(environment), isNamed) ||
					strings.Contains(found.String(), "the provider's") {
					t.Errorf("the diagnostics do not name the variable:\n%s", found)
				}
				checkEnvironmentAdvice(t, found.String())
			})
		}
	}
	if tested < 30 {
		t.Errorf("tested %d faults, want at least 30", tested)
	}
}

// A block that does not select a provider block by its alias uses the default provider block. The
// message about missing arguments must mention aliases only if the default provider block sets none.
func TestProviderBlockWithAlias(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	for name, c := range map[string]struct {
		block object
		isSet bool
	}{
		"no argument": {nil, false}, "issuer": {object{"issuer": i.URL}, true},
		"an unrelated argument": {object{"max_retries": 1}, true},
	} {
		_, found := startConfigured(t, c.block).Read("data", "zitadel_access_token", nil)
		acctest.CheckContains(t, found, "ERROR")
		if strings.Contains(found.String(), "alias") == c.isSet {
			t.Errorf("%s: got %v, want a message that mentions aliases: %t", name, found, !c.isSet)
		}
	}
}

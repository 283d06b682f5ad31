package oauth

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Credentials prove who asks: exactly one of a key, a client id with its
// secret, or an assertion that was signed elsewhere.
type Credentials struct {
	Key          *key.Key
	ClientID     string
	ClientSecret key.Secret
	Assertion    key.Secret
}

// None reports whether no credentials are given.
func (c Credentials) None() bool {
	return c.Key == nil && c.ClientID == "" && c.Assertion.Empty()
}

// subject is who asks, as far as it can be told without parsing: a user id of
// a service account or a client id.
func (c Credentials) subject() string {
	if c.Key != nil {
		return c.Key.Subject()
	}
	if c.ClientID != "" {
		return c.ClientID
	}
	if assertion, err := key.ParseAssertion(c.Assertion); err == nil {
		return assertion.Subject
	}
	return ""
}

// secrets are the texts that no message may repeat.
func (c Credentials) secrets() []string {
	return []string{c.ClientSecret.Reveal(), c.Assertion.Reveal()}
}

// Fingerprint returns a SHA-256 that only equal credentials share.
func (c Credentials) Fingerprint() [sha256.Size]byte {
	if c.Key != nil {
		return c.Key.Fingerprint()
	}
	secret, assertion := c.ClientSecret.Fingerprint(), c.Assertion.Fingerprint()
	return sha256.Sum256(fmt.Appendf(nil, "%q %x %x", c.ClientID, secret, assertion))
}

// BasicAuth returns the value of an Authorization header for a client id and
// its secret (RFC 6749 section 2.3.1): both are form-url-encoded before they
// are joined, so that a colon in the id does no harm.
func BasicAuth(id, secret string) string {
	pair := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

// unusable returns an error if the credentials can be seen to fail: none are
// given, a key of the wrong type, a key or an assertion that has ended, or one
// that is no JWT. ZITADEL's own answer would not say which of these it was, and
// takes an assertion that is no JWT for an inactive token.
func (c Credentials) unusable(op string, now time.Time, accepted ...key.Type) error {
	problem, next := "", ""
	switch k := c.Key; {
	case c.None():
		problem, next = "no credentials are given", "Set key_file, key_json, client_id with client_secret, or assertion: on the provider, in its environment variables, or in the block's credentials."
	case k != nil && !slices.Contains(accepted, k.Type):
		problem, next = wrongType(op)
	case k != nil && !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt):
		problem = fmt.Sprintf("key %s of %s ended at %s", k.ID, k.Subject(), k.ExpiresAt.Format(time.RFC3339))
		next = "Create a new key in ZITADEL and pass that one."
	case !c.Assertion.Empty():
		given, err := key.ParseAssertion(c.Assertion)
		if err != nil {
			problem, next = err.Error(), "Pass the signed assertion itself, in its compact form."
		} else if !given.ExpiresAt.IsZero() && !now.Before(given.ExpiresAt) {
			problem = fmt.Sprintf("the assertion ended at %s", given.ExpiresAt.Format(time.RFC3339))
			next = "Have a new assertion signed; it must be used before its \"exp\" and within an hour of its \"iat\"."
		}
	}
	if problem == "" {
		return nil
	}
	return &Error{Op: op, Problem: problem, Next: []string{next}, Credentials: true}
}

func wrongType(op string) (problem, next string) {
	switch op {
	case opToken:
		return "an application key cannot ask for tokens",
			"Pass the key of a service account (type \"serviceaccount\"). An application key is for zitadel_introspection."
	case opExchange:
		return "a service account key cannot exchange tokens",
			"Pass the key of an OIDC application (type \"application\")."
	case opRevoke:
		return "a service account key cannot revoke",
			"Pass the key of an OIDC application (type \"application\") in revoke_with."
	}
	return "a service account key cannot introspect",
		"Pass the key of an API application (type \"application\") of the project that the token is for. A service account key is for zitadel_access_token."
}

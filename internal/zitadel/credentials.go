package zitadel

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// Credentials authenticate a request. At most one of these is set: a key, a client ID with its
// secret, or an assertion that was signed elsewhere.
type Credentials struct {
	Key          *key.Key
	ClientID     string
	ClientSecret key.Secret
	Assertion    key.Secret
}

// None reports whether no credentials are set.
func (c Credentials) None() bool {
	return c.Key == nil && c.ClientID == "" && c.Assertion.Empty()
}

// subject returns the subject of the key or of the assertion, or the client ID. It returns ""
// if the assertion cannot be parsed.
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

// secrets returns the strings in the credentials that must not appear in errors.
func (c Credentials) secrets() []string {
	return []string{c.ClientSecret.Reveal(), c.Assertion.Reveal()}
}

// Fingerprint returns a SHA-256 hash that only identical credentials share.
func (c Credentials) Fingerprint() [sha256.Size]byte {
	if c.Key != nil {
		return c.Key.Fingerprint()
	}
	secret, assertion := c.ClientSecret.Fingerprint(), c.Assertion.Fingerprint()
	return sha256.Sum256(fmt.Appendf(nil, "%q %x %x", c.ClientID, secret, assertion))
}

// BasicAuth returns the value of an Authorization header for a client ID and its secret (RFC 6749
// section 2.3.1). Both are form-URL-encoded before they are joined, so the ID can contain a colon.
func BasicAuth(id, secret string) string {
	pair := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

// check returns an error if op is certain to fail with the credentials, for example because none
// are set, because the key has the wrong type, or because the key or the assertion has expired.
// ZITADEL's response would not show the cause. If the assertion is not a JWT, ZITADEL even reports
// the introspected token as inactive.
func (c Credentials) check(op string, now time.Time, accepted ...key.Type) error {
	problem := c.problem(op, now, accepted)
	if problem == nil {
		return nil
	}
	return &Error{Op: op, Problem: problem, Credentials: true}
}

// problem returns the fault that check reports, or nil.
func (c Credentials) problem(op string, now time.Time, accepted []key.Type) *fault.Fault {
	switch k := c.Key; {
	case c.None():
		return fault.New("credentials-missing")
	case k != nil && !slices.Contains(accepted, k.Type):
		return fault.New(wrongType(op))
	case op == opRevoke && c.ClientID != "" && CheckClientID(c.ClientID) != nil:
		return fault.New("client-id-unlikely") // the client ID would become part of a scope
	case k != nil && k.ID == "" && (op != opSign || k.Type == key.Application):
		return key.MissingID()
	case k != nil && !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt):
		return fault.New("key-expired",
			"key", k.ID, "holder", k.Type.Holder(), "subject", k.Subject(), "expires_at", k.ExpiresAt)
	case !c.Assertion.Empty():
		if faults := fault.All(token.CheckAssertion(c.Assertion.Reveal())); len(faults) > 0 {
			return faults[0]
		}
		assertion, err := key.ParseAssertion(c.Assertion)
		if faults := fault.All(err); len(faults) > 0 {
			return faults[0]
		}
		if err == nil && !assertion.ExpiresAt.IsZero() && !now.Before(assertion.ExpiresAt) {
			return fault.New("assertion-expired", "expires_at", assertion.ExpiresAt)
		}
	}
	return nil
}

// CheckClientID returns a fault unless text has the form of an application's client ID. The fault does
// not contain text, which may be the secret.
func CheckClientID(text string) error {
	if isZITADELID(text) {
		return nil
	}
	return fault.New("client-id-unlikely")
}

// wrongType returns the fault code for a key whose type op does not accept.
func wrongType(op string) string {
	switch op {
	case opToken:
		return "application-key-for-token"
	case opExchange:
		return "service-account-key-for-exchange"
	case opRevoke:
		return "service-account-key-for-revocation"
	}
	return "service-account-key-for-introspection"
}

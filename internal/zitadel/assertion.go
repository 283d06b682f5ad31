package zitadel

import (
	"context"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// The form parameters that carry an assertion, as an authorization grant (RFC 7523 section 2.1) or
// for client authentication (section 2.2).
const (
	grantAssertion  = "assertion"
	clientAssertion = "client_assertion"
)

// ClientAssertionType is the value of client_assertion_type (RFC 7523 section 2.2).
const ClientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

const opSign = "sign client assertion"

// Sign signs an assertion for audience with the key in credentials. It sends no request and
// therefore cannot correct clock skew, so now is the local time. See [key.Key.Sign] for lifetime.
// Sign fails if credentials contain no key, an expired key, or an application key without an ID. A
// service account key needs no ID, because ZITADEL's System API does not require one.
func Sign(credentials Credentials, audience []string, now time.Time, lifetime time.Duration) (*key.Assertion, error) {
	if credentials.Key == nil && !credentials.None() {
		return nil, &Error{Op: opSign, Credentials: true, Problem: fault.New("key-required-to-sign")}
	}
	if err := credentials.check(opSign, now, key.ServiceAccount, key.Application); err != nil {
		return nil, err
	}
	return credentials.Key.Sign(audience, now, lifetime)
}

// signedAssertion is an assertion, together with the clock skew that was known when it was
// signed or parsed.
type signedAssertion struct {
	*key.Assertion
	skew time.Duration
}

// assertion returns an assertion for the issuer: either the presigned assertion in the credentials,
// unchanged, or one that it signs with their key. The times in a signed assertion are based on the
// server's clock. ZITADEL accepts an assertion any number of times, so a signed assertion is reused
// until one minute before it expires or until the known clock skew changes.
func (c *Client) assertion(ctx context.Context, credentials Credentials) (*signedAssertion, error) {
	if credentials.Key == nil {
		presigned, err := key.ParseAssertion(credentials.Assertion)
		return &signedAssertion{Assertion: presigned, skew: c.Skew()}, err
	}
	usable := func(a *signedAssertion, _ int64) bool {
		return c.ServerTime().Add(time.Minute).Before(a.ExpiresAt) && (a.skew-c.Skew()).Abs() < minSkew
	}
	return c.assertions.get(ctx, credentials.Fingerprint(), usable, func(context.Context) (*signedAssertion, error) {
		skew := c.Skew()
		signed, err := credentials.Key.Sign([]string{c.DeclaredIssuer()}, c.now().Add(skew), c.assertionLifetime())
		return &signedAssertion{Assertion: signed, skew: skew}, err
	})
}

// authenticate adds client authentication to req: client_secret_basic (RFC 6749 section 2.3.1)
// if the credentials are a client ID and its secret, and private_key_jwt (RFC 7523 section 2.2)
// otherwise.
func (req *request) authenticate(credentials Credentials) {
	req.credentials = credentials
	if credentials.ClientID != "" {
		req.authorization = BasicAuth(credentials.ClientID, credentials.ClientSecret.Reveal())
		return
	}
	req.form.Set("client_assertion_type", ClientAssertionType)
	req.parameter = clientAssertion
}

// sign adds an assertion to req if req requires one. It also adds the assertion to req.secrets, so
// that no error contains it.
func (c *Client) sign(ctx context.Context, req *request) error {
	if req.parameter == "" || req.assertion != nil && req.credentials.Key == nil {
		return nil
	}
	assertion, err := c.assertion(ctx, req.credentials)
	if err != nil || assertion == req.assertion {
		return err
	}
	req.assertion = assertion
	req.form.Set(req.parameter, assertion.Text.Reveal())
	req.secrets = append(req.secrets, assertion.Text.Reveal())
	return nil
}

// signedWithOldSkew reports whether the known clock skew has changed since the assertion of req was
// signed, so that req needs a new one. It returns false for a presigned assertion, which the client
// cannot sign again.
func (c *Client) signedWithOldSkew(req *request) bool {
	return req.assertion != nil && req.credentials.Key != nil && (c.Skew()-req.assertion.skew).Abs() >= minSkew
}

// assertionLifetime returns the lifetime of the assertions that the client signs.
func (c *Client) assertionLifetime() time.Duration {
	if c.AssertionLifetime == 0 {
		return 5 * time.Minute
	}
	return c.AssertionLifetime
}

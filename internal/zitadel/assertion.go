package zitadel

import (
	"context"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// The form parameters of an assertion: as a grant (RFC 7523 section 2.1) and as
// client authentication (section 2.2).
const (
	grantAssertion  = "assertion"
	clientAssertion = "client_assertion"
)

// ClientAssertionType is the client_assertion_type of RFC 7523 section 2.2.
const ClientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

const opSign = "sign client assertion"

// Sign signs an assertion for audience with the key of credentials, without a request.
// now is the local time, because the server's time is not known. See [key.Key.Sign] for
// lifetime. The key may have no ID, because the System API of ZITADEL requires none.
func Sign(credentials Credentials, audience []string, now time.Time, lifetime time.Duration) (*key.Assertion, error) {
	if credentials.Key == nil && !credentials.None() {
		return nil, &Error{Op: opSign, Credentials: true, Problem: fault.New("key-required-to-sign")}
	}
	if err := credentials.check(opSign, now, key.ServiceAccount, key.Application); err != nil {
		return nil, err
	}
	return credentials.Key.Sign(audience, now, lifetime)
}

// signedAssertion is an assertion with the skew of the clock that signed it.
type signedAssertion struct {
	*key.Assertion
	skew time.Duration
}

// assertion returns a signed assertion of the credentials for the issuer, with times on
// the server's clock. An assertion that was signed with a key is used until a minute
// before it expires, unless the server's clock turns out to differ: ZITADEL accepts an
// assertion any number of times.
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

// authenticate adds client authentication to req: client_secret_basic (RFC 6749
// section 2.3.1) with an ID and a secret, or else private_key_jwt (RFC 7523
// section 2.2).
func (req *request) authenticate(credentials Credentials) {
	req.credentials = credentials
	if credentials.ClientID != "" {
		req.authorization = BasicAuth(credentials.ClientID, credentials.ClientSecret.Reveal())
		return
	}
	req.form.Set("client_assertion_type", ClientAssertionType)
	req.parameter = clientAssertion
}

// sign adds an assertion to req whose times follow the server's clock, as far as that is
// known. The assertion becomes one of the secrets of req, so that no error contains it.
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

// signedByAnotherClock reports whether the assertion of req was signed with a clock
// other than the one that the response shows. A presigned assertion cannot be signed
// again.
func (c *Client) signedByAnotherClock(req *request) bool {
	return req.assertion != nil && req.credentials.Key != nil && (c.Skew()-req.assertion.skew).Abs() >= minSkew
}

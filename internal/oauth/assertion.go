package oauth

import (
	"context"
	"time"

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

// Sign signs an assertion for audience with the key of credentials, without a
// request: now is the local time, lifetime as in [key.Key.Sign].
func Sign(credentials Credentials, audience []string, now time.Time, lifetime time.Duration) (*key.Assertion, error) {
	const op = "sign client assertion"
	if credentials.Key == nil && !credentials.None() {
		return nil, &Error{Op: op, Credentials: true, Problem: "there is nothing to sign with: only a key can sign",
			Next: []string{"Set key_file or key_json. A client id with its secret, or an assertion, needs no signature: use it as it is."}}
	}
	if err := credentials.unusable(op, now, key.ServiceAccount, key.Application); err != nil {
		return nil, err
	}
	return credentials.Key.Sign(audience, now, lifetime)
}

// signedAssertion remembers by which clock it was signed.
type signedAssertion struct {
	*key.Assertion
	skew time.Duration
}

// assertion returns a signed assertion of the credentials for the issuer, in
// the server's time. One of a key is used until a minute before it ends, unless
// the server's clock turns out to be another one: ZITADEL does not ask that an
// assertion be used but once.
func (c *Client) assertion(ctx context.Context, credentials Credentials) (*signedAssertion, error) {
	if credentials.Key == nil {
		given, err := key.ParseAssertion(credentials.Assertion)
		return &signedAssertion{Assertion: given, skew: c.Skew()}, err
	}
	usable := func(a *signedAssertion, _ int64) bool {
		return c.ServerTime().Add(time.Minute).Before(a.ExpiresAt) && (a.skew-c.Skew()).Abs() < minSkew
	}
	return c.assertions.get(ctx, credentials.Fingerprint(), usable, func(context.Context) (*signedAssertion, error) {
		skew := c.Skew()
		signed, err := credentials.Key.Sign([]string{c.Issuer}, c.now().Add(skew), c.assertionLifetime())
		return &signedAssertion{Assertion: signed, skew: skew}, err
	})
}

// authenticate gives q client authentication: client_secret_basic (RFC 6749
// section 2.3.1) with an id and a secret, or else private_key_jwt (RFC 7523
// section 2.2).
func (q *call) authenticate(credentials Credentials) {
	q.signer = credentials
	if credentials.ClientID != "" {
		q.authorization = BasicAuth(credentials.ClientID, credentials.ClientSecret.Reveal())
		return
	}
	q.form.Set("client_assertion_type", ClientAssertionType)
	q.parameter = clientAssertion
}

// sign adds an assertion to q that is valid on the server's clock, as far as that is
// known. The assertion becomes one of the secrets of q, so that no message about the
// response repeats it.
func (c *Client) sign(ctx context.Context, q *call) error {
	if q.parameter == "" || q.assertion != nil && q.signer.Key == nil {
		return nil
	}
	assertion, err := c.assertion(ctx, q.signer)
	if err != nil || assertion == q.assertion {
		return err
	}
	q.assertion = assertion
	q.form.Set(q.parameter, assertion.Text.Reveal())
	q.secrets = append(q.secrets, assertion.Text.Reveal())
	return nil
}

// signedByAnotherClock reports whether the assertion of q was signed with a clock
// other than the one that the response shows. A presigned assertion cannot be signed
// again.
func (c *Client) signedByAnotherClock(q *call) bool {
	return q.assertion != nil && q.signer.Key != nil && (c.Skew()-q.assertion.skew).Abs() >= minSkew
}

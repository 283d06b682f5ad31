package oauth

import (
	"context"
	"net/http"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
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
	usable := func(a *signedAssertion) bool {
		return c.ServerTime().Add(time.Minute).Before(a.ExpiresAt) && (a.skew-c.Skew()).Abs() < minSkew
	}
	return c.assertions.get(ctx, credentials.fingerprint(), usable, func(context.Context) (*signedAssertion, error) {
		skew := c.Skew()
		signed, err := credentials.Key.Sign([]string{c.Issuer}, c.now().Add(skew), c.assertionLifetime())
		return &signedAssertion{Assertion: signed, skew: skew}, err
	})
}

// sendAsClient sends q with client authentication: by client_secret_basic (RFC
// 6749 section 2.3.1) with an id and a secret, or else by private_key_jwt (RFC
// 7523 section 2.2), whose assertion it returns.
func (c *Client) sendAsClient(ctx context.Context, q *call, credentials Credentials) (*answer, *signedAssertion, error) {
	if credentials.ClientID != "" {
		q.authorization = BasicAuth(credentials.ClientID, credentials.ClientSecret.Reveal())
		a, err := c.send(ctx, *q)
		return a, nil, err
	}
	q.form.Set("client_assertion_type", ClientAssertionType)
	return c.sendSigned(ctx, q, credentials, "client_assertion")
}

// sendSigned sends q with an assertion in the form's parameter. If the answer
// is a refusal, and its Date shows another clock than the one that was signed
// by, that explains it: q is signed and sent once more. The assertions join the
// secrets of q, so that no message about the answer repeats them.
func (c *Client) sendSigned(ctx context.Context, q *call, credentials Credentials, parameter string) (*answer, *signedAssertion, error) {
	for again := false; ; again = true {
		assertion, err := c.assertion(ctx, credentials)
		if err != nil {
			return nil, nil, err
		}
		q.form.Set(parameter, assertion.Text.Reveal())
		q.secrets = append(q.secrets, assertion.Text.Reveal())
		a, err := c.send(ctx, *q)
		if err != nil {
			return nil, nil, err
		}
		explained := (c.Skew() - assertion.skew).Abs() >= minSkew
		if a.status == http.StatusOK || credentials.Key == nil || again || !explained {
			return a, assertion, nil
		}
	}
}

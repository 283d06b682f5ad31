package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Verification is what a JWT shows by itself, checked against the issuer's keys.
type Verification struct {
	// Header is the JWT's header as JSON, not verified; "" if it cannot be read.
	Header string
	// Claims are those of a JWT whose signature is good, else nil.
	Claims *Claims
	// Failures is every reason for which the token is refused.
	Failures []Failure
}

// The codes of failures that only a verification finds.
const (
	FailureOpaqueToken         = "opaque_token"
	FailureMalformed           = "malformed"
	FailureAlgorithmNotAllowed = "algorithm_not_allowed"
	FailureUnknownKey          = "unknown_key"
	FailureBadSignature        = "bad_signature"
	FailureWrongIssuer         = "wrong_issuer"
	FailureExpired             = "expired"
	FailureNotYetValid         = "not_yet_valid"
	FailureNotAccessToken      = "not_access_token"
)

// allowed are the algorithms of a signature. None of them is symmetric: with an
// HMAC the issuer's public key would be the secret.
var allowed = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}

// Verify checks a JWT here: signature by the issuer's keys, issuer, times on the
// server's clock with leeway, and policy. That a token is refused is an answer;
// an error is that the keys could not be had.
//
// Only kid and alg are taken from the header: a key or an address that the token
// brings along is what a forger would bring.
func (c *Client) Verify(ctx context.Context, token key.Secret, policy Policy, leeway time.Duration) (*Verification, error) {
	text := token.Reveal()
	rawHeader, rawClaims, failure := takeApart(text)
	v := &Verification{Header: string(rawHeader)}
	if failure != nil {
		v.Failures = []Failure{*failure}
		return v, nil
	}
	refused, err := c.checkSignature(ctx, text, rawHeader)
	if err != nil {
		return nil, err
	}
	if refused != nil {
		v.Failures = []Failure{*refused}
		return v, nil
	}
	claims, err := decodeClaims(rawClaims)
	if err != nil {
		v.Failures = []Failure{{FailureMalformed, "The signature is good, but the claims cannot be read: " + err.Error() + "."}}
		return v, nil //nolint:nilerr // a verdict on the token
	}
	// Only project_id says whose roles count: the token knows no asking application.
	claims.Roles = nil
	var untold untold
	if len(claims.Scopes) == 0 {
		untold.scopes = "A JWT access token of ZITADEL carries no scope claim, so required_scopes cannot hold here; zitadel_introspection tells a token's scopes, and roles show a grant."
	}
	v.Claims = claims
	v.Failures = append(c.checkClaims(claims, rawClaims, leeway), policy.judge(claims, untold)...)
	return v, nil
}

// takeApart tells what is no JWT at all from one that is broken.
func takeApart(text string) (header, claims json.RawMessage, failure *Failure) {
	dots := strings.Count(text, ".")
	if dots == 0 || dots == 4 {
		return nil, nil, &Failure{FailureOpaqueToken, "The token is opaque: only ZITADEL can look into it. Ask zitadel_introspection about it, or set the service account's token type to JWT."}
	}
	header, claims, err := DecodeJWT(text)
	if err != nil {
		return nil, nil, &Failure{FailureMalformed, sentence(err.Error())}
	}
	return header, claims, nil
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

// checkSignature returns why the signature is not good, nil if it is.
func (c *Client) checkSignature(ctx context.Context, text string, rawHeader json.RawMessage) (*Failure, error) {
	var header struct {
		Algorithm jose.SignatureAlgorithm `json:"alg"`
		KeyID     string                  `json:"kid"`
		Critical  json.RawMessage         `json:"crit"`
	}
	if json.Unmarshal(rawHeader, &header) != nil {
		return &Failure{FailureMalformed, "The token's header has a member of the wrong type."}, nil //nolint:nilerr // a verdict on the token
	}
	if !slices.Contains(allowed, header.Algorithm) {
		return &Failure{FailureAlgorithmNotAllowed, fmt.Sprintf("The token's algorithm is \"%s\"; allowed are %v.", printable(string(header.Algorithm), 50), allowed)}, nil
	}
	if header.Critical != nil {
		return &Failure{FailureMalformed, "The token's header demands extensions (crit) that are not known here."}, nil
	}
	signer, err := c.signingKey(ctx, header.KeyID, string(header.Algorithm))
	if err != nil {
		return nil, err
	}
	if signer == nil {
		return &Failure{FailureUnknownKey, fmt.Sprintf("The token was signed with key \"%s\", which %s does not publish: it is of another instance, or its key was deleted.", printable(header.KeyID, 100), c.Issuer)}, nil
	}
	if signer.Algorithm != "" && signer.Algorithm != string(header.Algorithm) {
		return &Failure{FailureAlgorithmNotAllowed, fmt.Sprintf("The token's algorithm is %s, and its key is for %s.", header.Algorithm, printable(signer.Algorithm, 50))}, nil
	}
	signed, err := jose.ParseSignedCompact(text, allowed)
	if err == nil {
		_, err = signed.Verify(signer.public)
	}
	if err != nil {
		return &Failure{FailureBadSignature, fmt.Sprintf("The signature is not that of key \"%s\": the token was changed or forged. Nothing that it says can be believed.", printable(header.KeyID, 100))}, nil //nolint:nilerr // a verdict on the token
	}
	return nil, nil
}

// checkClaims returns what speaks against claims whose signature is good.
func (c *Client) checkClaims(claims *Claims, raw json.RawMessage, leeway time.Duration) (failures []Failure) {
	fail := func(code, format string, values ...any) {
		failures = append(failures, Failure{Code: code, Detail: fmt.Sprintf(format, values...)})
	}
	now := c.ServerTime()
	if claims.Issuer != c.Issuer {
		fail(FailureWrongIssuer, "The token's issuer is \"%s\", not \"%s\".", printable(claims.Issuer, 200), c.Issuer)
	}
	switch {
	case claims.ExpiresAt.IsZero():
		fail(FailureMalformed, "The token does not say when it ends (exp).")
	case !now.Before(claims.ExpiresAt.Add(leeway)):
		fail(FailureExpired, "The token expired at %s; it is %s.", claims.ExpiresAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	for _, from := range []time.Time{claims.NotBefore, claims.IssuedAt} {
		if from.After(now.Add(leeway)) {
			fail(FailureNotYetValid, "The token is good from %s on; it is %s. leeway allows for clocks that differ.", from.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
			break
		}
	}
	if isIDToken(raw) {
		fail(FailureNotAccessToken, "This is an id token: it tells an application who logged in, and gives access to nothing. Pass the access token.")
	}
	return failures
}

// isIDToken knows an id token of ZITADEL by the claims of OpenID Connect Core
// 1.0 section 2 that an access token does not have. The header does not tell:
// it says "JWT" of both.
func isIDToken(raw json.RawMessage) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return false
	}
	for _, name := range []string{"azp", "at_hash", "c_hash", "nonce"} {
		if raw := members[name]; raw != nil && string(raw) != "null" {
			return true
		}
	}
	return false
}

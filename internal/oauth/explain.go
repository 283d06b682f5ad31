package oauth

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// advice is what is likely wrong and what to do about it.
type advice struct{ likely, next string }

// grantAdvice knows ZITADEL's refusals at the token endpoint that say what is
// wrong, by their description.
var grantAdvice = map[string]advice{
	"Errors.User.NotActive": {
		"The service account is deactivated or locked.",
		"Activate or unlock it in ZITADEL; tokens that it had before stay inactive.",
	},
	"Errors.User.Machine.Secret.Invalid": {
		"The client secret is not the one of this service account; generating a new one in ZITADEL ends the one before.",
		"Check client_secret, or generate a new secret.",
	},
	"Errors.User.Machine.Secret.NotExisting": {
		"The service account exists, but has no client secret.",
		"Generate a secret for it in ZITADEL, or use a key.",
	},
	"client not found": {
		"No service account has this name: client_id is its user name, not its user id, not its login name with a domain, and not the client id of an application.",
		"Check client_id; it changes when the service account is renamed.",
	},
}

// explainGrant adds to a refusal of the token endpoint what is likely wrong.
func (c *Client) explainGrant(e *Error, credentials Credentials, assertion *signedAssertion) {
	e.Credentials = e.Code == "invalid_grant" || e.Code == "invalid_client"
	if known, ok := grantAdvice[e.Description]; ok {
		e.Credentials = true
		e.Likely, e.Next = append(e.Likely, known.likely), append(e.Next, known.next)
		return
	}
	switch {
	case assertion == nil && e.Code == "invalid_client":
		e.Likely = append(e.Likely, "Client id and secret do not belong to an active service account of this instance.")
		e.Next = append(e.Next, "Check client_id (the user name of the service account) and client_secret.")
	case assertion != nil && (e.Code == "invalid_grant" || e.Status == http.StatusInternalServerError):
		e.Credentials = true
		c.explainAssertion(e, credentials, assertion, "service account")
	case e.Code == "":
		e.Next = append(e.Next, "Check that the issuer is a ZITADEL instance, and what answers in its place.")
	default:
		e.Next = append(e.Next, "Look up the request id in ZITADEL's log.")
	}
}

// explainClientAuthentication adds to a refusal of the introspection endpoint
// what is likely wrong. ZITADEL says 400 unauthorized_client to all failed
// authentication; its documentation promises 401 invalid_client.
func (c *Client) explainClientAuthentication(e *Error, credentials Credentials, assertion *signedAssertion) {
	failed := slices.Contains([]string{"unauthorized_client", "invalid_client"}, e.Code) || e.Status == http.StatusUnauthorized
	e.Credentials = failed
	switch {
	case failed && assertion != nil:
		c.explainAssertion(e, credentials, assertion, "application")
	case failed:
		e.Likely = append(e.Likely, fmt.Sprintf("Client %s is no active API application of this instance, its secret is another one, or it authenticates with a key (private_key_jwt) and has no secret. Id and secret of a service account cannot introspect.", printable(credentials.ClientID, 100)))
		e.Next = append(e.Next, "Check client_id and client_secret of the application in ZITADEL.")
	case e.Code == "":
		e.Next = append(e.Next, "Check that the issuer is a ZITADEL instance, and what answers in its place.")
	default:
		e.Next = append(e.Next, "Look up the request id in ZITADEL's log.")
	}
}

// explainAssertion looks for what is wrong with an assertion, since ZITADEL
// gives the same answer to every defect.
func (c *Client) explainAssertion(e *Error, credentials Credentials, a *signedAssertion, holder string) {
	e.Likely = append(e.Likely, c.defects(a.Assertion)...)
	if k := credentials.Key; k != nil {
		likely := fmt.Sprintf("Key %s of the %s %s was deleted in ZITADEL or has ended, the %s is gone or inactive, or both belong to another instance than %s.", k.ID, holder, k.Subject(), holder, c.Issuer)
		if !k.ExpiresAt.IsZero() {
			likely += " By its key JSON the key ends at " + k.ExpiresAt.Format(time.RFC3339) + "."
		}
		e.Likely = append(e.Likely, likely)
		e.Next = append(e.Next, fmt.Sprintf("Look for key %s at the %s in ZITADEL; if it is not there, create a new one.", k.ID, holder))
	} else {
		e.Likely = append(e.Likely, fmt.Sprintf("ZITADEL does not know key \"%s\" of \"%s\", or the signature is not that key's.", printable(a.KeyID, 100), printable(a.Subject, 100)))
		e.Next = append(e.Next, fmt.Sprintf("Sign with RS256, header \"kid\" the key id, \"iss\" and \"sub\" the id of the %s, \"aud\" exactly %q.", holder, c.Issuer))
	}
	if skew := c.Skew(); skew.Abs() > time.Minute {
		e.Likely = append(e.Likely, fmt.Sprintf("The server's clock is %s the one of this machine.", apart(skew)))
	}
}

// defects lists what ZITADEL is known to refuse in an assertion.
func (c *Client) defects(a *key.Assertion) (found []string) {
	now := c.ServerTime()
	if !slices.Contains(a.Audience, c.Issuer) {
		found = append(found, fmt.Sprintf("The assertion's \"aud\" is not the issuer %s, letter by letter.", c.Issuer))
	}
	switch {
	case a.IssuedAt.IsZero():
		found = append(found, "The assertion has no \"iat\".")
	case a.IssuedAt.After(now.Add(time.Second)):
		found = append(found, fmt.Sprintf("The assertion's \"iat\", %s, is ahead of the server's clock, %s.", a.IssuedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339)))
	case now.Sub(a.IssuedAt) > key.MaxLifetime:
		found = append(found, fmt.Sprintf("The assertion was issued at %s; ZITADEL takes none that is older than an hour.", a.IssuedAt.Format(time.RFC3339)))
	}
	if a.ExpiresAt.IsZero() {
		found = append(found, "The assertion has no \"exp\".")
	}
	if a.KeyID == "" {
		found = append(found, "The assertion's header has no \"kid\", the id of the key.")
	}
	return found
}

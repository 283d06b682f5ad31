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

// grantAdvice is keyed by the descriptions of the token endpoint that name the
// cause.
var grantAdvice = map[string]advice{
	"Errors.User.NotActive": {
		"The service account is deactivated or locked.",
		"Activate or unlock it in ZITADEL. Tokens that it received before stay inactive.",
	},
	"Errors.User.Machine.Secret.Invalid": {
		"The client secret is not the current secret of this service account. Generating a secret in ZITADEL invalidates the previous one.",
		"Check client_secret, or generate a new secret.",
	},
	"Errors.User.Machine.Secret.NotExisting": {
		"The service account exists, but has no client secret.",
		"Generate a secret for it in ZITADEL, or use a key.",
	},
	"client not found": {
		"No service account has this name. client_id must be its user name: not its user ID, not its login name with a domain, and not the client ID of an application.",
		"Check client_id. It changes when the service account is renamed.",
	},
}

const (
	checkIssuer = "Check that issuer is a ZITADEL instance and that no other server responds in its place."
	// momentsAgo joins the likely causes of a rejection that was repeated after a wait.
	momentsAgo = "The credentials were created moments ago, and ZITADEL does not know them yet. The provider waited for up to two seconds and tried again."
)

// explainGrant adds the likely causes of a rejection by the token endpoint.
func (c *Client) explainGrant(e *Error, q *call) {
	e.Credentials = e.Code == "invalid_grant" || e.Code == "invalid_client"
	known, ok := grantAdvice[e.Description]
	switch {
	case ok:
		e.Credentials = true
		e.Likely, e.Next = append(e.Likely, known.likely), append(e.Next, known.next)
	case q.assertion == nil && e.Code == "invalid_client":
		e.Likely = append(e.Likely, "Client ID and secret do not belong to an active service account of this instance.")
		e.Next = append(e.Next, "Check client_id (the user name of the service account) and client_secret.")
	case q.assertion != nil && (e.Code == "invalid_grant" || e.Status == http.StatusInternalServerError):
		e.Credentials = true
		c.explainAssertion(e, q, "service account")
		if e.Status == http.StatusInternalServerError {
			e.Likely = append(e.Likely, "ZITADEL failed internally, for example because of a role key that it cannot process. Up to v4.13, it rejects an invalid assertion with the same response.")
			e.Next = append(e.Next, e.findInLog())
		}
	default:
		e.explainUnknown()
	}
	e.explainNew(q)
}

// explainIntrospection adds the likely causes of a rejection by the introspection
// endpoint. ZITADEL returns 400 unauthorized_client for all failed client
// authentication; its documentation promises 401 invalid_client.
func (c *Client) explainIntrospection(e *Error, q *call) {
	if !c.explainClient(e, q, "application") {
		e.explainUnknown()
	} else if q.assertion == nil {
		e.Likely = append(e.Likely, fmt.Sprintf("Client %s is not an active API application of this instance, the secret is wrong, or the application authenticates with a key (private_key_jwt) and has no secret. A service account cannot introspect tokens with its client ID and secret.", printable(q.signer.ClientID, 100)))
		e.Next = append(e.Next, "Check client_id and client_secret of the application in ZITADEL.")
	}
	e.explainNew(q)
}

// explainClient reports whether client authentication failed, and adds what is
// wrong with the assertion, if it was by one.
func (c *Client) explainClient(e *Error, q *call, holder string) bool {
	e.Credentials = e.Code == "unauthorized_client" || e.Code == "invalid_client" || e.Status == http.StatusUnauthorized
	if e.Credentials && q.assertion != nil {
		c.explainAssertion(e, q, holder)
	}
	return e.Credentials
}

// explainUnknown adds what to do about a rejection without a known cause.
func (e *Error) explainUnknown() {
	if e.Code == "" {
		e.Next = append(e.Next, checkIssuer)
		return
	}
	if e.Code == "server_error" {
		e.Likely = append(e.Likely, "ZITADEL failed internally.")
	}
	e.Next = append(e.Next, e.findInLog())
}

// explainNew adds that the credentials may be too new, if they were rejected.
func (e *Error) explainNew(q *call) {
	if q.awaited {
		e.Likely, e.Next = append(e.Likely, momentsAgo), append(e.Next, "If they are that new, run the command again.")
	}
}

// explainAssertion adds what may be wrong with the assertion of q, because ZITADEL
// gives the same response to every defect. holder is the kind of its subject.
func (c *Client) explainAssertion(e *Error, q *call, holder string) {
	a := q.assertion
	e.Likely = append(e.Likely, c.defects(a.Assertion)...)
	if k := q.signer.Key; k != nil {
		likely := fmt.Sprintf("Key %s of the %s %s was deleted in ZITADEL or has expired, the %s was deleted or deactivated, or both belong to an instance other than %s.", k.ID, holder, k.Subject(), holder, c.Issuer)
		if !k.ExpiresAt.IsZero() {
			likely += " According to its key JSON, the key expires at " + k.ExpiresAt.Format(time.RFC3339) + "."
		}
		e.Likely = append(e.Likely, likely)
		e.Next = append(e.Next, fmt.Sprintf("Look for key %s of the %s in ZITADEL. If it is missing, create a new one.", k.ID, holder))
	} else {
		e.Likely = append(e.Likely, fmt.Sprintf("ZITADEL does not know key \"%s\" of \"%s\", or the signature was made with another key.", printable(a.KeyID, 100), printable(a.Subject, 100)))
		e.Next = append(e.Next, fmt.Sprintf("Sign with RS256. Set the header \"kid\" to the key ID, \"iss\" and \"sub\" to the ID of the %s, and \"aud\" to exactly %q.", holder, c.Issuer))
	}
	if skew := c.Skew(); skew.Abs() > time.Minute {
		e.Likely = append(e.Likely, fmt.Sprintf("The server's clock is %s this machine's clock.", DescribeSkew(skew)))
	}
}

// defects lists what ZITADEL is known to reject in an assertion.
func (c *Client) defects(a *key.Assertion) (found []string) {
	now := c.ServerTime()
	if !slices.Contains(a.Audience, c.Issuer) {
		found = append(found, fmt.Sprintf("The assertion's \"aud\" does not contain exactly the issuer %s.", c.Issuer))
	}
	switch {
	case a.IssuedAt.IsZero():
		found = append(found, "The assertion has no \"iat\".")
	case a.IssuedAt.After(now.Add(time.Second)):
		found = append(found, fmt.Sprintf("The assertion's \"iat\", %s, is ahead of the server's clock, %s.", a.IssuedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339)))
	case now.Sub(a.IssuedAt) > key.MaxLifetime:
		found = append(found, fmt.Sprintf("The assertion was issued at %s. ZITADEL rejects assertions that are older than an hour.", a.IssuedAt.Format(time.RFC3339)))
	}
	if a.ExpiresAt.IsZero() {
		found = append(found, "The assertion has no \"exp\".")
	}
	if a.KeyID == "" {
		found = append(found, "The assertion's header has no \"kid\", the ID of the key.")
	}
	return found
}

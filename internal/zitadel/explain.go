package zitadel

import (
	"net/http"
	"slices"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// grantCauses maps the error description of a rejected grant to the fault code of its cause.
var grantCauses = map[string]string{
	"Errors.User.NotActive":                  "account-inactive",
	"Errors.User.Machine.Secret.Invalid":     "client-secret-wrong",
	"Errors.User.Machine.Secret.NotExisting": "client-secret-missing",
	"client not found":                       "service-account-unknown",
}

// The possible subjects of an assertion.
const (
	serviceAccount  = "service account"
	application     = "application"
	oidcApplication = "OIDC application"
)

// explainGrant adds the likely causes of a rejection by the token endpoint.
func (c *Client) explainGrant(e *Error, req *request) {
	e.Credentials = e.Code == "invalid_grant" || e.Code == "invalid_client"
	cause, isKnown := grantCauses[e.Description]
	// ZITADEL up to v4.13 also rejects an assertion with this error.
	isServerError := e.Status == http.StatusInternalServerError && e.Code == "server_error"
	if acceptedAt, wasAccepted := c.accepted.Load(req.credentials.Fingerprint()); isServerError && wasAccepted {
		e.because("server-error-after-success",
			"accepted_at", acceptedAt, "request_id", e.RequestID, "time", e.Time)
		return
	}
	switch {
	case isKnown:
		e.Credentials = true
		e.because(cause)
	case req.assertion == nil && e.Code == "invalid_client":
		e.because("account-or-secret-wrong")
	case req.assertion != nil && (e.Code == "invalid_grant" || isServerError):
		e.Credentials = true
		c.explainAssertion(e, req, serviceAccount)
		if isServerError {
			e.because("server-error-or-assertion", "request_id", e.RequestID, "time", e.Time)
		}
	default:
		e.explainUnknown()
	}
	e.explainNew(req)
}

// explainIntrospection adds the likely causes of a rejection by the introspection endpoint.
// ZITADEL returns 400 unauthorized_client whenever client authentication fails, although its
// documentation specifies 401 invalid_client.
func (c *Client) explainIntrospection(e *Error, req *request) {
	if !c.explainClient(e, req, application) {
		e.explainUnknown()
	} else if req.assertion == nil {
		e.because("application-or-secret-wrong", "client_id", shownClientID(req))
	}
	e.explainNew(req)
}

// shownClientID returns the client ID in req, or "" if it does not look like an application's
// client ID: the ID and the secret might be swapped.
func shownClientID(req *request) string {
	if isZITADELID(req.credentials.ClientID) {
		return req.credentials.ClientID
	}
	return ""
}

// explainClient reports whether client authentication failed, and sets e.Credentials accordingly.
// If it failed and req contains an assertion, explainClient adds the likely reasons why the
// assertion was rejected.
func (c *Client) explainClient(e *Error, req *request, holder string) bool {
	e.Credentials = e.Code == "unauthorized_client" || e.Code == "invalid_client" ||
		e.Status == http.StatusUnauthorized && e.Code != "" // a gateway sends 401 without an OAuth error
	if e.Credentials && req.assertion != nil {
		c.explainAssertion(e, req, holder)
	}
	return e.Credentials
}

// explainUnknown adds a general cause to a rejection whose code and description identify no
// specific cause.
func (e *Error) explainUnknown() {
	switch e.Code {
	case "":
		e.because("other-server")
	case "server_error":
		e.because("server-error", "request_id", e.RequestID, "time", e.Time)
	default:
		e.because("rejection-unexplained", "request_id", e.RequestID, "time", e.Time)
	}
}

// explainNew adds a cause if the rejected credentials might have been created moments ago.
func (e *Error) explainNew(req *request) {
	if req.awaited {
		e.because("credentials-new")
	}
}

// explainAssertion adds every likely reason why the assertion of req was rejected, because ZITADEL
// returns the same response for all of them. holder describes the subject, for example
// serviceAccount.
func (c *Client) explainAssertion(e *Error, req *request, holder string) {
	a := req.assertion
	e.Causes = append(e.Causes, c.defects(a.Assertion)...)
	if k := req.credentials.Key; k != nil {
		e.because("key-not-accepted", "key", k.ID, "holder", holder, "subject", k.Subject(), "issuer", c.Issuer,
			"expires_at", k.ExpiresAt)
	} else {
		e.because("assertion-key-unknown",
			"key", a.KeyID, "subject", a.Subject, "holder", holder, "issuer", c.DeclaredIssuer())
	}
	if skew := c.Skew(); skew.Abs() > time.Minute {
		e.because("clock-skew", "skew", skew.Abs(), "behind", skew < 0)
	}
}

// defects returns a fault for each defect that is known to make ZITADEL reject the assertion.
func (c *Client) defects(a *key.Assertion) (found []*fault.Fault) {
	now := c.ServerTime()
	add := func(code string, values ...any) { found = append(found, fault.New(code, values...)) }
	if issuer := c.DeclaredIssuer(); !slices.Contains(a.Audience, issuer) {
		add("assertion-audience", "issuer", issuer)
	}
	switch {
	case a.IssuedAt.IsZero():
		add("assertion-without-claim", "claim", "iat")
	case a.IssuedAt.After(now.Add(time.Second)):
		add("assertion-issued-in-future", "issued_at", a.IssuedAt, "now", now)
	case now.Sub(a.IssuedAt) > key.MaxLifetime:
		add("assertion-too-old", "issued_at", a.IssuedAt)
	}
	if a.ExpiresAt.IsZero() {
		add("assertion-without-claim", "claim", "exp")
	}
	if a.KeyID == "" {
		add("assertion-without-key-id")
	}
	return found
}

package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Introspection is what the introspection endpoint knows of a token (RFC 7662
// section 2.2). Claims are empty if the token is not active.
type Introspection struct {
	Active bool
	Claims Claims
	// ApplicationID is the client id of the application that asked.
	ApplicationID string
}

const opIntrospect = "introspect token"

// Introspect asks about a token, as an application: by private_key_jwt with its
// key or an assertion (RFC 7523 section 2.2), by client_secret_basic with id
// and secret. That a token is not active is an answer, not an error.
func (c *Client) Introspect(ctx context.Context, credentials Credentials, token key.Secret) (*Introspection, error) {
	if err := credentials.unusable(opIntrospect, c.ServerTime(), key.Application); err != nil {
		return nil, err
	}
	endpoint, err := c.endpoint(ctx, opIntrospect, "introspection_endpoint", func(d *Configuration) string { return d.IntrospectionEndpoint })
	if err != nil {
		return nil, err
	}
	q := c.call(opIntrospect, http.MethodPost, endpoint, append(credentials.secrets(), token.Reveal())...)
	q.form = url.Values{"token": {token.Reveal()}}
	q.authenticate(credentials)
	q.denied = inactive
	a, err := c.send(ctx, &q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		e := q.refusal(a)
		c.explainIntrospection(e, &q)
		return nil, e
	}
	result, err := decodeIntrospection(a)
	if err != nil {
		return nil, q.malformed(a, "not an introspection answer: "+err.Error())
	}
	result.ApplicationID = credentials.subject()
	return result, nil
}

// inactive reports whether an answer says that a token is not active.
func inactive(a *answer) bool {
	var members map[string]json.RawMessage // for names that are exact
	return json.Unmarshal(a.body, &members) == nil && string(members["active"]) == "false"
}

func decodeIntrospection(a *answer) (*Introspection, error) {
	if !a.isJSON() {
		return nil, errors.New("it is not JSON" + a.kind())
	}
	members, err := object(a.body)
	if err != nil {
		return nil, err
	}
	var active *bool
	if err := decodeMember(members["active"], &active); err != nil {
		return nil, errors.New(memberFault("active", err))
	}
	if active == nil {
		return nil, errors.New(missingMember("active"))
	}
	if !*active {
		// RFC 7662 section 2.2: of an inactive token nothing else is reported.
		return &Introspection{}, nil
	}
	claims, err := claimsOf(members, a.body)
	if err != nil {
		return nil, err
	}
	return &Introspection{Active: true, Claims: *claims}, nil
}

package token

import "github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"

// Introspection is the response of the introspection endpoint (RFC 7662 section 2.2). Claims is empty
// if the token is not active.
type Introspection struct {
	Active bool
	Claims Claims
	// ApplicationID is the client ID of the application that introspected the token.
	ApplicationID string
}

// DecodeIntrospection decodes an introspection response. applicationID is the client ID of the
// application that introspected the token. The "active" member is required. The error is a fault, or
// joins several faults.
func DecodeIntrospection(data []byte, applicationID string) (*Introspection, error) {
	members, err := object.Members(data, decisiveNames())
	if err != nil {
		return nil, err
	}
	var active *bool
	if err := object.DecodeMember("active", members["active"], &active); err != nil {
		return nil, err
	}
	if active == nil {
		return nil, object.Missing("active")
	}
	if !*active {
		// Nothing else is reported about an inactive token (RFC 7662 section 2.2).
		return &Introspection{ApplicationID: applicationID}, nil
	}
	claims, err := claimsOf(members, data)
	if err != nil {
		return nil, err
	}
	return &Introspection{Active: true, Claims: *claims, ApplicationID: applicationID}, nil
}

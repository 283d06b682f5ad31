package token

import (
	"errors"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// UserInfo is the response of the userinfo endpoint. A missing string is "".
type UserInfo struct {
	Claims
	Name, GivenName, FamilyName, Email, Locale string
	EmailVerified                              *bool // nil if it is missing
}

// DecodeUserInfo decodes a userinfo response, which contains the claims of OpenID Connect Core 1.0
// section 5.1. The "sub" claim is required. The error is a fault, or joins several faults.
func DecodeUserInfo(data []byte) (*UserInfo, error) {
	members, err := object.Members(data, decisiveNames(
		"name", "given_name", "family_name", "email", "email_verified", "locale", "preferred_username"))
	if err != nil {
		return nil, err
	}
	claims, err := claimsOf(members, data)
	if err != nil {
		return nil, err
	}
	if claims.Subject == "" {
		return nil, object.Missing("sub")
	}
	d := claimDecoder{members: members}
	info := &UserInfo{
		Claims: *claims, Name: d.text("name"), GivenName: d.text("given_name"), FamilyName: d.text("family_name"),
		Email: d.text("email"), Locale: d.text("locale"),
	}
	info.Username = d.text("preferred_username")
	d.read("email_verified", &info.EmailVerified)
	return info, errors.Join(d.faults...)
}

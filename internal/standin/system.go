package main

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// checkSystemUser returns an error unless the token is a JWT that authenticates the user system-user
// to the System API. The JWT must be signed with the test's private key, and its audience must be the
// server's address. Its header must not contain a key ID: the System API does not require one, so an
// example would have to make one up. No request is sent, because the test's issuer has no System API.
func (c client) checkSystemUser() error {
	parts := strings.Split(c.token, ".")
	if len(parts) != 3 {
		return errors.New("the token is not a JWT")
	}
	var header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
	}
	var claims struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		IssuedAt int64  `json:"iat"`
		Expires  int64  `json:"exp"`
	}
	if err := errors.Join(decodePart(parts[0], &header), decodePart(parts[1], &claims)); err != nil {
		return err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return err
	}
	key, err := testKey()
	if err != nil {
		return err
	}
	now := time.Now()
	issued, expires := time.Unix(claims.IssuedAt, 0), time.Unix(claims.Expires, 0)
	hash := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	switch {
	case header.Algorithm != "RS256" || header.KeyID != "":
		return errors.New("the algorithm must be RS256, and the header must not contain a key ID")
	case claims.Issuer != "system-user" || claims.Subject != "system-user":
		return errors.New("the issuer and the subject must be system-user")
	case claims.Audience != c.address:
		return errors.New("the audience must be the address of the server")
	case issued.After(now.Add(time.Second)) || now.Sub(issued) > time.Hour || !now.Before(expires):
		return errors.New("the token has expired, is not valid yet, or was issued more than an hour ago")
	}
	return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, hash[:], signature)
}

// decodePart decodes a part of a JWT.
func decodePart(text string, target any) error {
	content, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, target)
}

package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// transitSign returns the vault_transit_sign data source. It signs with the key of the test's service
// account. Its arguments have the same defaults as in Vault.
func transitSign() source {
	return source{
		name: "transit_sign",
		schema: dsschema.Schema{Attributes: map[string]dsschema.Attribute{
			"path":                dsschema.StringAttribute{Required: true},
			"name":                dsschema.StringAttribute{Required: true},
			"input":               dsschema.StringAttribute{Optional: true},
			"hash_algorithm":      dsschema.StringAttribute{Optional: true},
			"signature_algorithm": dsschema.StringAttribute{Optional: true},
			"signature":           dsschema.StringAttribute{Optional: true, Computed: true},
		}},
		read: func(_ context.Context, _ client, a arguments) (map[string]any, error) {
			input, err := base64.StdEncoding.DecodeString(a.text(path.Root("input")))
			if err != nil {
				return nil, err
			}
			if name := a.text(path.Root("hash_algorithm")); name != "" && name != "sha2-256" {
				return nil, errors.New("the stand-in supports only the hash algorithm sha2-256")
			}
			signature, err := signRSA(input, a.text(path.Root("signature_algorithm")))
			return map[string]any{"signature": "vault:v1:" + base64.StdEncoding.EncodeToString(signature)}, err
		},
	}
}

// testKey returns the private key of the test's service account.
func testKey() (*rsa.PrivateKey, error) {
	content, err := os.ReadFile(os.Getenv("TF_VAR_private_key_file")) //nolint:gosec // the test sets the path
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, errors.New("the key file of the stand-in does not contain PEM")
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}

// signRSA returns an RSA signature of input. It uses PKCS #1 v1.5 if algorithm is "pkcs1v15", and PSS
// otherwise.
func signRSA(input []byte, algorithm string) ([]byte, error) {
	key, err := testKey()
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(input)
	if algorithm == "pkcs1v15" {
		return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash[:])
	}
	return rsa.SignPSS(rand.Reader, key, crypto.SHA256, hash[:], nil)
}

package zitadel_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/json"
	"math/big"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// The keys of the made-up issuer are the same in every process: the fuzzer signs
// its seeds in one, and lets them be verified in another.
var (
	fuzzEd25519 = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	fuzzECDSA   = sync.OnceValue(func() *ecdsa.PrivateKey {
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
		if err != nil {
			panic(err)
		}
		return private
	})
	fuzzRSA = sync.OnceValue(func() *rsa.PrivateKey {
		p, q := prime("prime 79"), prime("prime 119")
		one := big.NewInt(1)
		order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		private := &rsa.PrivateKey{
			PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
			D:         new(big.Int).ModInverse(big.NewInt(65537), order), Primes: []*big.Int{p, q},
		}
		private.Precompute()
		if err := private.Validate(); err != nil {
			panic(err)
		}
		return private
	})
)

// prime returns a number of 1024 bits that is a prime for the seeds above: they
// were looked for, since to look here would take a second.
func prime(seed string) *big.Int {
	first, second := sha512.Sum512([]byte(seed)), sha512.Sum512([]byte(seed+seed))
	digits := append(first[:], second[:]...)
	digits[0] |= 0xc0
	digits[len(digits)-1] |= 1
	return new(big.Int).SetBytes(digits)
}

// fuzzSigners are the keys that sign for the made-up issuer.
var fuzzSigners = sync.OnceValue(func() map[jose.SignatureAlgorithm]jose.JSONWebKey {
	return map[jose.SignatureAlgorithm]jose.JSONWebKey{
		jose.RS256: {Key: fuzzRSA(), KeyID: "rsa", Use: "sig", Algorithm: "RS256"},
		jose.ES256: {Key: fuzzECDSA(), KeyID: "ec", Use: "sig"},
		jose.EdDSA: {Key: fuzzEd25519, KeyID: "ed", Use: "sig", Algorithm: "EdDSA"},
	}
})

// fuzzKeys is the key set of the made-up issuer.
var fuzzKeys = sync.OnceValue(func() string {
	var set jose.JSONWebKeySet
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA} {
		signer := fuzzSigners()[algorithm]
		set.Keys = append(set.Keys, signer.Public())
	}
	data, err := json.Marshal(set)
	if err != nil {
		panic(err)
	}
	return string(data)
})

// fuzzSigned signs a payload for the made-up issuer.
func fuzzSigned(algorithm jose.SignatureAlgorithm, payload []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: fuzzSigners()[algorithm]}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

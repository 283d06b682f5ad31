package key_test

import "testing"

func TestFingerprint(t *testing.T) {
	t.Parallel()
	base := parsed(t, serviceAccount()).Fingerprint()
	dated := map[string]any{"expirationDate": "2030-01-31T00:00:00Z"}
	tests := map[string]struct {
		members map[string]any
		isEqual bool // whether the fingerprint equals that of serviceAccount
	}{
		"same key":              {serviceAccount(), true},
		"PKCS#8":                {with(serviceAccount(), map[string]any{"key": pkcs8(rsa2048())}), true},
		"expiration date":       {with(serviceAccount(), dated), true},
		"different key ID":      {with(serviceAccount(), map[string]any{"keyId": "key-2"}), false},
		"different user ID":     {with(serviceAccount(), map[string]any{"userId": "user-2"}), false},
		"application key":       {with(application(), map[string]any{"keyId": "key-1", "clientId": "user-1"}), false},
		"shifted ID boundaries": {with(serviceAccount(), map[string]any{"keyId": "key-1user", "userId": "-1"}), false},
	}
	for name, test := range tests {
		if got := parsed(t, test.members).Fingerprint() == base; got != test.isEqual {
			t.Errorf("%s: got equal fingerprints %t, want %t", name, got, test.isEqual)
		}
	}
}

// A fingerprint must depend on the private key, not only on the IDs.
func TestFingerprintOfReplacedKey(t *testing.T) {
	t.Parallel()
	other := parsed(t, with(serviceAccount(), map[string]any{"key": pkcs1(secondRSA())}))
	if other.Fingerprint() == parsed(t, serviceAccount()).Fingerprint() {
		t.Error("different keys have the same fingerprint")
	}
}

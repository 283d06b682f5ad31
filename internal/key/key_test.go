package key_test

import (
	"testing"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	base := parsed(t, serviceAccount()).Fingerprint()
	tests := map[string]struct {
		members map[string]any
		same    bool
	}{
		"the same key":         {serviceAccount(), true},
		"in another PEM":       {with(serviceAccount(), map[string]any{"key": pkcs8(rsa2048())}), true},
		"with a date":          {with(serviceAccount(), map[string]any{"expirationDate": "2030-01-31T00:00:00Z"}), true},
		"another key id":       {with(serviceAccount(), map[string]any{"keyId": "key-2"}), false},
		"another user":         {with(serviceAccount(), map[string]any{"userId": "user-2"}), false},
		"of an application":    {with(application(), map[string]any{"keyId": "key-1", "clientId": "user-1"}), false},
		"fields pushed across": {with(serviceAccount(), map[string]any{"keyId": "key-1user", "userId": "-1"}), false},
	}
	for name, test := range tests {
		if got := parsed(t, test.members).Fingerprint() == base; got != test.same {
			t.Errorf("%s: equal is %t", name, got)
		}
	}
}

// Another private key under the same names is another key.
func TestFingerprintOfReplacedKey(t *testing.T) {
	t.Parallel()
	other := parsed(t, with(serviceAccount(), map[string]any{"key": pkcs1(secondRSA())}))
	if other.Fingerprint() == parsed(t, serviceAccount()).Fingerprint() {
		t.Error("two keys have one fingerprint")
	}
}

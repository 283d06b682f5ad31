package key

import (
	"crypto/rsa"
	"math/big"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// TestSignFails checks that Sign returns the fault key-cannot-sign if it cannot sign with the key.
func TestSignFails(t *testing.T) {
	t.Parallel()
	public := rsa.PublicKey{N: big.NewInt(15), E: 3}
	k := &Key{ID: "1", private: &rsa.PrivateKey{PublicKey: public, D: big.NewInt(3)}}
	if _, err := k.Sign([]string{"https://z.example"}, time.Unix(0, 0), time.Hour); !fault.Is(err, "key-cannot-sign") {
		t.Errorf("got error %v, want key-cannot-sign", err)
	}
}

package zitadel

import (
	"testing"
	"time"
)

// TestRevocationTimeout checks that the error for a revocation that took too long shows whether a
// request was sent.
func TestRevocationTimeout(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]string{
		0: `revocation-delayed limit="5s"`, 1: `revocation-timeout limit="5s"`, 3: `revocation-timeout limit="5s"`,
	} {
		req := request{op: opRevoke, url: "https://z.example/revoke", attempts: attempts}
		e := req.revocationTimeout(5 * time.Second)
		if e.Problem.Error() != want || e.URL != req.url || e.Attempts != attempts {
			t.Errorf("%d attempts: got %+v, want %s", attempts, e, want)
		}
	}
}

package zitadel_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestCanceledAttemptIsLogged checks that an attempt is logged even if the caller cancels it.
func TestCanceledAttemptIsLogged(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	logged := make(chan zitadel.Attempt, 1)
	c := newClient(t, "https://z.example")
	c.Log = func(_ context.Context, a zitadel.Attempt) { logged <- a }
	c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
		cancel()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	if _, err := c.Configuration(ctx); err == nil {
		t.Fatal("the canceled call succeeded")
	}
	if a := <-logged; a.Problem == nil || a.Problem.Code != "connection-canceled" {
		t.Errorf("the log contains %+v, want the problem connection-canceled", a)
	}
}

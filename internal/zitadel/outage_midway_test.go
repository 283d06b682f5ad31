package zitadel_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestOutageMidway checks the effect of an outage that begins while concurrent callers each send one
// request after another.
func TestOutageMidway(t *testing.T) {
	t.Parallel()
	const begin = 2 * time.Second
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for name, c := range map[string]struct {
		outage   time.Duration
		down     func() (*http.Response, error)
		inFlight error // of requests that are in flight when the outage begins; nil if they succeed
		succeeds bool  // whether every request succeeds
	}{
		"restart, new connections are refused": {
			3 * time.Second, func() (*http.Response, error) { return nil, refused }, nil, true,
		},
		"one of two replicas is down": {3 * time.Second, func() (*http.Response, error) {
			if rand.N(2) == 0 {
				return jsonResponse(503, ""), nil
			}
			return jsonResponse(200, `{"sub":"1"}`), nil
		}, nil, true},
		"server killed": {time.Hour, func() (*http.Response, error) { return nil, refused }, io.EOF, false},
		"gateway without a server": {
			time.Hour, func() (*http.Response, error) { return jsonResponse(503, ""), nil }, nil, false,
		},
	} {
		for _, parallel := range []int{10, 60} {
			t.Run(fmt.Sprintf("%s/%d", name, parallel), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					isDown := func() bool { at := time.Since(began); return at > begin && at < begin+c.outage }
					var requests, failed atomic.Int64
					client, _ := newMemoryClient(handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
						if isDown() {
							requests.Add(1)
							time.Sleep(time.Millisecond)
							return c.down()
						}
						time.Sleep(20*time.Millisecond + rand.N(30*time.Millisecond))
						if c.inFlight != nil && isDown() {
							requests.Add(1)
							return nil, c.inFlight
						}
						return jsonResponse(200, `{"sub":"1"}`), nil
					}})
					work := make(chan int)
					var group sync.WaitGroup
					var last atomic.Int64
					for range parallel {
						group.Go(func() {
							for n := range work {
								time.Sleep(time.Millisecond) // before the next request
								_, err := client.UserInfo(t.Context(), key.NewSecret(fmt.Sprint("token", n)))
								if err != nil {
									failed.Add(1)
									last.Store(int64(time.Since(began) - begin))
								}
							}
						})
					}
					for n := 0; failed.Load() < 300 && (!c.succeeds || time.Since(began) < 3*begin); n++ {
						work <- n
					}
					close(work)
					group.Wait()
					if c.succeeds {
						if failed.Load() > 0 {
							t.Errorf("%d requests failed, want none", failed.Load())
						}
						return
					}
					// The limit includes the requests that are in flight when the server fails.
					if limit := int64(60 + parallel); requests.Load() > limit || last.Load() > int64(13500*time.Millisecond) {
						t.Errorf("%d requests reached the failed server, want at most %d; "+
							"the last request failed after %s, want at most 13.5s",
							requests.Load(), limit, time.Duration(last.Load()))
					}
				})
			})
		}
	}
}

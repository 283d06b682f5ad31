package zitadel_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestSkewOfSlowResponse checks that a slow response is not mistaken for clock skew.
func TestSkewOfSlowResponse(t *testing.T) {
	t.Parallel()
	const delay = 20 * time.Second
	for name, c := range map[string]struct {
		date time.Duration // Date header, relative to the time at which the request is sent
		want time.Duration
	}{
		"when the request arrives":       {0, 0},
		"when the response is sent":      {delay, 0},
		"a second before the request":    {-time.Second, 0},
		"a second after the response":    {delay + time.Second, 0},
		"two seconds before the request": {-2 * time.Second, -2 * time.Second},
		"two seconds after the response": {delay + 2*time.Second, 2 * time.Second},
		"an hour before the request":     {-time.Hour, -time.Hour},
		"an hour after the response":     {delay + time.Hour, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, _ := newMemoryClient(handlers{discoveryPath: func(*http.Request) (*http.Response, error) {
					response := jsonResponse(200, memoryDocument)
					response.Header.Set("Date", time.Now().Add(c.date).UTC().Format(http.TimeFormat))
					time.Sleep(delay)
					return response, nil
				}})
				if _, err := client.Configuration(t.Context()); err != nil || client.Skew() != c.want {
					t.Errorf("got skew %s and error %v, want skew %s", client.Skew(), err, c.want)
				}
			})
		})
	}
}

// TestSkewIsKept checks that a slow response does not change a known skew that is possible according
// to the response, and that it changes any other skew to the nearest possible value.
func TestSkewIsKept(t *testing.T) {
	t.Parallel()
	for known, want := range map[time.Duration]time.Duration{
		10 * time.Second: 10 * time.Second, time.Minute: 20 * time.Second, -time.Minute: 0, 0: 0,
	} {
		t.Run(known.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ahead, delay := known, time.Duration(0)
				client, _ := newMemoryClient(handlers{"/userinfo": func(*http.Request) (*http.Response, error) {
					response := jsonResponse(200, `{"sub":"1"}`)
					time.Sleep(delay)
					response.Header.Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
					return response, nil
				}})
				for range 2 {
					if _, err := client.UserInfo(t.Context(), key.NewSecret("a")); err != nil {
						t.Fatal(err)
					}
					ahead, delay = 0, 20*time.Second // Date is the time of receipt, so the skew is 0 to 20 s
				}
				if client.Skew() != want {
					t.Errorf("skew %s, want %s", client.Skew(), want)
				}
			})
		})
	}
}

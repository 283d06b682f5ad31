package zitadel_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
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

package zitadel_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestSkewOfSlowResponse checks that the time that a response takes does not count as clock skew.
func TestSkewOfSlowResponse(t *testing.T) {
	t.Parallel()
	const delay = 20 * time.Second
	for name, c := range map[string]struct{ date, want time.Duration }{ // date is relative to the time of sending
		"set at the beginning":           {0, 0},
		"set at the end":                 {delay, 0},
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
					t.Errorf("skew %s, want %s; error %v", client.Skew(), c.want, err)
				}
			})
		})
	}
}

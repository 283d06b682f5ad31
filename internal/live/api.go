package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// managementPath is the path of the Management API. ZITADEL v4 deprecates it, but
// older versions have no other API for all of these objects.
const managementPath = "/management/v1"

// ZITADEL returns 503 for some seconds after /debug/ready has returned 200. The first
// request is repeated this often, with this pause, so for 15 seconds.
const (
	startAttempts = 31
	startPause    = 500 * time.Millisecond
)

// api is a client of ZITADEL's APIs. After its first error it sends no more requests.
type api struct {
	ctx           context.Context
	client        *http.Client
	issuer, token string
	sleep         func(context.Context, time.Duration) // [sleep], except in tests
	started       bool                                 // whether the first request has ended
	err           error
}

// sleep waits until the time has passed or the context is canceled.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// object is a JSON object.
type object map[string]any

// text returns the value of a string member, or "".
func (o object) text(member string) string {
	value, _ := o[member].(string)
	return value
}

// post sends a POST request to the Management API.
func (a *api) post(path string, body object, members ...string) object {
	return a.request(http.MethodPost, managementPath+path, body, members...)
}

// request sends a request and returns the response, which must contain the string
// members. On failure it sets err, to an error with the request, the status and
// ZITADEL's message. That message contains no secrets, because the request has none.
func (a *api) request(method, path string, body object, members ...string) object {
	if a.err != nil {
		return nil
	}
	response, err := a.sendFirst(method, path, body)
	for _, member := range members {
		if err == nil && response.text(member) == "" {
			err = fmt.Errorf("the response has no %s", member)
		}
	}
	if err != nil {
		a.err = fmt.Errorf("%s %s: %w", method, path, err)
	}
	return response
}

// sendFirst is [api.send], but it repeats the first request of a run while the server
// returns 503. No later request is repeated, because it may have created an object.
func (a *api) sendFirst(method, path string, body object) (object, error) {
	response, err := a.send(method, path, body)
	for attempt := 1; !a.started && attempt < startAttempts && errors.Is(err, errUnavailable); attempt++ {
		a.sleep(a.ctx, startPause)
		response, err = a.send(method, path, body)
	}
	a.started = true
	return response, err
}

// errUnavailable is part of the error about a response with the status 503.
var errUnavailable = errors.New("status 503 Service Unavailable")

// send sends one request and decodes the response. Unless body is nil, the request
// has it as JSON.
func (a *api) send(method, path string, body object) (object, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(a.ctx, method, a.issuer+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := a.client.Do(request)
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		return nil, failed.Err // request adds the method and the path
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	encoded, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	var decoded object
	err = json.Unmarshal(encoded, &decoded)
	if response.StatusCode == http.StatusServiceUnavailable {
		return nil, fmt.Errorf("%w%s", errUnavailable, errorMessage(decoded))
	}
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("status %s%s", response.Status, errorMessage(decoded))
	}
	if err != nil {
		return nil, fmt.Errorf("status %s, but the response is not a JSON object", response.Status)
	}
	return decoded, nil
}

// errorMessage returns the message in an error response, with a comma before it, or "".
func errorMessage(response object) string {
	message := []rune(response.text("message"))
	if len(message) == 0 {
		return ""
	}
	return fmt.Sprintf(", %q", string(message[:min(len(message), 300)]))
}

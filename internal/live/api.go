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

// managementPath is the path of the Management API. ZITADEL v4 deprecates this API, but in older
// versions, no other API can create all of the objects that this command creates.
const managementPath = "/management/v1"

// ZITADEL can still return 503 for a few seconds after /debug/ready has returned 200. The first
// request is therefore sent up to startAttempts times, with a pause of startPause between attempts.
// The pauses add up to 15 seconds.
const (
	startAttempts = 31
	startPause    = 500 * time.Millisecond
)

// api is a client of ZITADEL's APIs. After the first error, it sends no more requests.
type api struct {
	ctx           context.Context
	client        *http.Client
	issuer, token string
	sleep         func(context.Context, time.Duration) // the function sleep, except in tests
	started       bool                                 // whether the first request is complete
	err           error
}

// sleep waits for d, or until the context is canceled.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// object is a JSON object.
type object map[string]any

// text returns the value of a string member, or "" if o has no such member.
func (o object) text(member string) string {
	value, _ := o[member].(string)
	return value
}

// post sends a POST request to the Management API.
func (a *api) post(path string, body object, members ...string) object {
	return a.request(http.MethodPost, managementPath+path, body, members...)
}

// request sends a request and returns the response, in which the given members must be non-empty
// strings. On failure, it sets a.err to an error that contains the method, the path, the status and
// ZITADEL's message. The message contains no secrets, because no request body contains any.
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

// sendFirst is like [api.send], but repeats the first request of a run while the server
// returns 503. A later request is not repeated, because it may have created an object.
func (a *api) sendFirst(method, path string, body object) (object, error) {
	response, err := a.send(method, path, body)
	for attempt := 1; !a.started && attempt < startAttempts && errors.Is(err, errUnavailable); attempt++ {
		a.sleep(a.ctx, startPause)
		response, err = a.send(method, path, body)
	}
	a.started = true
	return response, err
}

// errUnavailable is wrapped by the error for a response with status 503.
var errUnavailable = errors.New("status 503 Service Unavailable")

// send sends one request and returns the decoded response. If body is not nil, the request
// contains it as JSON. send returns an error unless the status is 2xx and the response is a
// JSON object.
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
	if urlErr := (*url.Error)(nil); errors.As(err, &urlErr) {
		return nil, urlErr.Err // api.request adds the method and the path
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

// errorMessage returns the message in an error response, quoted, preceded by a comma, and truncated to
// 300 characters. It returns "" if the response contains no message.
func errorMessage(response object) string {
	message := []rune(response.text("message"))
	if len(message) == 0 {
		return ""
	}
	return fmt.Sprintf(", %q", string(message[:min(len(message), 300)]))
}

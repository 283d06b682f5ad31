package zitadel

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// maxBody is the maximum size of a response body in bytes, after decompression.
const maxBody = 1 << 20

// request is a request to the server, together with the state that send keeps across attempts.
type request struct {
	op            string // see Error.Op
	method, url   string
	form          url.Values
	authorization string    // Authorization header; "" for none
	secrets       []string  // strings that must not appear in errors
	deadline      time.Time // when the last attempt must be complete, on the local clock; zero for none

	credentials Credentials          // authenticate the request
	parameter   string               // name of the form parameter for the assertion; "" for none
	assertion   *signedAssertion     // the assertion that was sent last
	denied      func(*response) bool // reports whether a response with status 200 is negative; nil if it never is

	last        *response // last complete response; nil for none
	attempts    int       // requests sent
	retries     int       // retries because the server was unavailable
	sent        time.Time // when the last attempt began, on the server's clock
	waited      time.Time // end of the last wait for Retry-After
	signedAgain bool      // the assertion was signed again with the server's time
	awaited     bool      // the request waited because its credentials might be new
	ready       int       // value of attempts when the server last reported that it was ready

	rejection     string // kind of the last negative response; "" for none
	confirmations int    // readiness checks after which the request was repeated
	hidden        bool   // a proxy hides the readiness check
	shared        bool   // another request received the response
}

// newRequest returns a request whose errors contain neither secrets nor the strings in
// Client.Redact.
func (c *Client) newRequest(op, method, target string, secrets ...string) request {
	req := request{op: op, method: method, url: target, secrets: secrets}
	for _, secret := range c.Redact {
		req.secrets = append(req.secrets, secret.Reveal())
	}
	return req
}

// address returns the URL without its query, which might contain secrets.
func (req *request) address() string {
	address, _, _ := strings.Cut(req.url, "?")
	return fault.Printable(address, 300)
}

// attempt sends req once, reads the response within the request timeout, and logs the outcome. If
// it returns both a response and an error, the response is incomplete.
func (c *Client) attempt(ctx context.Context, req *request) (*response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.requestTimeout())
	defer cancel()
	req.attempts++
	req.sent = c.ServerTime()
	began := c.now()
	resp, err := c.roundTrip(ctx, req)
	if c.Log == nil {
		return resp, err
	}
	log := Attempt{Method: req.method, URL: req.address(), Number: req.attempts, Duration: c.now().Sub(began)}
	if resp != nil {
		log.Status, log.RequestID = resp.status, resp.requestID
	}
	if err != nil {
		log.Problem = req.connectionFault(err, c.requestTimeout(), c.ConnectURL)
	}
	c.Log(ctx, log)
	return resp, err
}

// roundTrip sends req and reads the response. If it returns both a response and an error, the
// response is incomplete.
func (c *Client) roundTrip(ctx context.Context, req *request) (*response, error) {
	sent, err := c.httpRequest(ctx, req)
	if err != nil {
		return nil, err
	}
	sentAt := c.now()
	received, err := c.transport().RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	defer received.Body.Close()
	receivedAt := c.now()
	resp := &response{
		status:    received.StatusCode,
		header:    received.Header,
		requestID: req.quote(received.Header.Get("X-Request-Id"), 100),
	}
	if resp.status == http.StatusSwitchingProtocols {
		return resp, errSwitched // the body would never end
	}
	resp.body, err = io.ReadAll(io.LimitReader(received.Body, maxBody+1))
	switch {
	case err == nil && len(resp.body) > maxBody:
		return resp, errTooLarge
	case err == nil && resp.fromZITADEL():
		c.clock.observe(resp.header, sentAt, receivedAt)
	}
	return resp, err
}

var (
	errTooLarge = fault.New("response-too-large")
	errSwitched = fault.New("protocol-switched")
)

// transport returns the transport, which is used without an http.Client. An http.Client would
// forward credentials when it follows a redirect, and would quote an invalid Location in an error.
// With a cookie jar, it would also send back the cookie that ZITADEL sets with each response.
func (c *Client) transport() http.RoundTripper {
	if c.Transport == nil {
		return http.DefaultTransport
	}
	return c.Transport
}

// httpRequest converts req to a request for net/http. It fails if the URL is invalid.
func (c *Client) httpRequest(ctx context.Context, req *request) (*http.Request, error) {
	target, err := url.Parse(req.url)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if req.form != nil {
		body = strings.NewReader(req.form.Encode())
	}
	httpReq, err := http.NewRequestWithContext(ctx, req.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	httpReq.Header.Set("Accept", "application/json")
	if req.form != nil {
		httpReq.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if req.authorization != "" {
		httpReq.Header.Set("Authorization", req.authorization)
	}
	if c.UserAgent != "" {
		httpReq.Header.Set("User-Agent", c.UserAgent)
	}
	if c.ConnectURL != nil {
		// ZITADEL selects the instance by the Host header, and the scheme of its issuer by
		// X-Forwarded-Proto, so both headers contain the issuer's values.
		httpReq.Host = target.Host
		httpReq.Header.Set("X-Forwarded-Proto", target.Scheme)
		httpReq.URL.Scheme, httpReq.URL.Host = c.ConnectURL.Scheme, c.ConnectURL.Host
	}
	return httpReq, nil
}

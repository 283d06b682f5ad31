package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody bounds an answer: 1 MiB, after decompression.
const maxBody = 1 << 20

// call is one request to the server and the progress of send with it.
type call struct {
	op            string // as in Error.Op
	method, url   string
	form          url.Values
	authorization string    // header, if not ""
	secrets       []string  // what a response must not echo into a message
	deadline      time.Time // by which the last attempt must be complete, on the local clock; zero for none

	signer    Credentials        // authenticate the request
	parameter string             // of the form, for that assertion; "" if there is none
	assertion *signedAssertion   // as it was sent last
	denied    func(*answer) bool // whether a response of status 200 is negative; nil if none is

	attempts int       // requests sent
	retries  int       // of attempts that met an unavailable server
	sent     time.Time // when the last attempt began, on the server's clock
	waited   time.Time // until when it has waited for Retry-After
	resigned bool      // signed again by the server's clock
	awaited  bool      // waited for credentials that may be new
	ready    int       // attempts at the time when the server reported that it was ready
	hidden   bool      // a proxy hides the readiness check
	shared   bool      // has the response of another request
}

// call returns a request. Messages about its responses contain neither secrets nor
// those of Client.Redact.
func (c *Client) call(op, method, url string, secrets ...string) call {
	q := call{op: op, method: method, url: url, secrets: secrets}
	for _, secret := range c.Redact {
		q.secrets = append(q.secrets, secret.Reveal())
	}
	return q
}

// address returns the URL without its query, which may contain secrets.
func (q *call) address() string {
	address, _, _ := strings.Cut(q.url, "?")
	return printable(address, 300)
}

// answer is a response, read to its end.
type answer struct {
	status    int
	header    http.Header
	body      []byte
	requestID string
}

// attempt sends q once and reads the response within the time of one attempt.
func (c *Client) attempt(ctx context.Context, q *call) (a *answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.requestTimeout())
	defer cancel()

	q.attempts++
	q.sent = c.ServerTime()
	began := c.now()
	log := Attempt{Method: q.method, URL: q.address(), Number: q.attempts}
	defer func() {
		log.Duration = c.now().Sub(began)
		if err != nil {
			log.Problem = q.redact(describe(err))
		}
		if c.Log != nil {
			c.Log(ctx, log)
		}
	}()

	request, err := c.request(ctx, q)
	if err != nil {
		return nil, err
	}
	response, err := c.transport().RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusSwitchingProtocols {
		return nil, errSwitched // its body would be read for ever
	}
	received := c.now()
	a = &answer{
		status:    response.StatusCode,
		header:    response.Header,
		requestID: q.quote(response.Header.Get("X-Request-Id"), 100),
	}
	log.Status, log.RequestID = a.status, a.requestID

	a.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err == nil && len(a.body) > maxBody {
		return nil, errTooLarge
	}
	if err == nil && a.fromZITADEL() {
		c.clock.observe(a.header, received)
	}
	return a, err
}

var errTooLarge = errors.New("the response has more than 1 MiB; responses of ZITADEL are smaller")

var errSwitched = errors.New("the server switched to another protocol")

// transport is used without an http.Client around it. That would follow
// redirects, which carry credentials to another place, quote a Location that it
// cannot read in an error, and keep cookies, of which ZITADEL sets one with each
// answer.
func (c *Client) transport() http.RoundTripper {
	if c.Transport == nil {
		return http.DefaultTransport
	}
	return c.Transport
}

func (c *Client) request(ctx context.Context, q *call) (*http.Request, error) {
	target, err := url.Parse(q.url)
	if err != nil {
		return nil, err
	}
	var body io.Reader
	if q.form != nil {
		body = strings.NewReader(q.form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, q.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if q.form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if q.authorization != "" {
		request.Header.Set("Authorization", q.authorization)
	}
	if c.UserAgent != "" {
		request.Header.Set("User-Agent", c.UserAgent)
	}
	if c.ConnectURL != nil {
		// The instance is chosen by Host, and the scheme that it puts into its
		// issuer by X-Forwarded-Proto; both stay those of the issuer.
		request.Host = target.Host
		request.Header.Set("X-Forwarded-Proto", target.Scheme)
		request.URL.Scheme, request.URL.Host = c.ConnectURL.Scheme, c.ConnectURL.Host
	}
	return request, nil
}

// isJSON reports whether the response is declared as JSON and looks like an object.
func (a *answer) isJSON() bool {
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) &&
		bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{"))
}

// oauthError returns the members "error" and "error_description" (RFC 6749
// section 5.2), or "" for each that is missing.
func (a *answer) oauthError() (code, description string) {
	var members struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if !a.isJSON() || json.Unmarshal(a.body, &members) != nil {
		return "", ""
	}
	return members.Code, members.Description
}

// fromGateway reports whether the response is one that only a gateway in front of
// ZITADEL sends: ZITADEL itself was not reached, or is restarting.
func (a *answer) fromGateway() bool {
	switch a.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// fromZITADEL reports whether the response can be recognized as ZITADEL's own,
// so that its Date is that of ZITADEL's clock. A rate limit is a gateway's.
func (a *answer) fromZITADEL() bool {
	if a.fromGateway() || a.status == http.StatusTooManyRequests {
		return false
	}
	if a.status == http.StatusOK {
		return a.isJSON() || len(a.body) == 0
	}
	code, _ := a.oauthError()
	return code != ""
}

package oauth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxBody bounds an answer: 1 MiB, after decompression.
const maxBody = 1 << 20

// call is one question to the server and how far it has got.
type call struct {
	op            string // as in Error.Op
	method, url   string
	form          url.Values
	authorization string   // header, if not ""
	secrets       []string // what an answer must not echo into a message

	signer    Credentials        // sign an assertion
	parameter string             // of the form, for that assertion; "" if there is none
	assertion *signedAssertion   // as it was sent last
	denied    func(*answer) bool // whether an answer of status 200 says no; nil if none does

	attempts, retries int // made so far
}

// call begins a question, no answer to which may repeat what Client.Redact holds.
func (c *Client) call(op, method, url string, secrets ...string) call {
	q := call{op: op, method: method, url: url, secrets: secrets}
	for _, secret := range c.Redact {
		q.secrets = append(q.secrets, secret.Reveal())
	}
	return q
}

// address is the URL without its query, which is nobody else's business.
func (q call) address() string {
	address, _, _ := strings.Cut(q.url, "?")
	return printable(address, 300)
}

// answer is what a server said, read to its end.
type answer struct {
	status    int
	header    http.Header
	body      []byte
	requestID string
}

// attempt sends q once and reads the answer within the time of one attempt.
func (c *Client) attempt(ctx context.Context, q call) (a *answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.requestTimeout())
	defer cancel()

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
	c.clock.observe(response.Header, c.now())
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
	return a, err
}

var errTooLarge = errors.New("the answer has more than 1 MiB, which no answer of ZITADEL has")

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

func (c *Client) request(ctx context.Context, q call) (*http.Request, error) {
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

// isJSON reports whether the answer says that it is JSON, and is an object.
func (a *answer) isJSON() bool {
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) &&
		bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{"))
}

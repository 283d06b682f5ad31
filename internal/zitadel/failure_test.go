package zitadel_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// serveBytes starts a server that sends the given response to each client, and returns the server's
// URL.
func serveBytes(t *testing.T, response string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			if request, err := http.ReadRequest(bufio.NewReader(connection)); err == nil {
				_, _ = io.Copy(io.Discard, request.Body)
			}
			_, _ = io.WriteString(connection, response)
			_ = connection.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestInvalidHTTP checks that the error for a response that is not valid HTTP does not quote the
// response.
func TestInvalidHTTP(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]string{
		"other protocol":    "SSH-2.0-" + canary + "\r\n",
		"status line":       "HTTP/1.1 " + canary + "\r\n\r\n",
		"version":           "HTTP/" + canary + " 200 OK\r\n\r\n",
		"header":            "HTTP/1.1 200 OK\r\n" + canary + "\r\n\r\n",
		"header with quote": "HTTP/1.1 200 OK\r\na \"b\\\" " + canary + "\"\r\n\r\n",
		"length":            "HTTP/1.1 200 OK\r\nContent-Length: " + canary + "\r\n\r\n",
		"encoding":          "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + canary + "\r\n\r\n",
		"chunk":             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + canary + "\r\n",
		"compression":       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 19\r\n\r\n" + canary,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := asError(t, calls[optest.Discovery](t, newClient(t, serveBytes(t, response))))
			if e.Problem == nil || e.Attempts != 1 {
				t.Fatalf("unexpected error: %+v", e)
			}
			if isHeader := strings.HasPrefix(name, "header"); isHeader != (e.Problem.Code == "response-header-malformed") {
				t.Errorf("unexpected fault: %s", e.Problem)
			}
			checkOmits(t, allText(e), canary)
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	target := ` target="z.example:443"`
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	certificate := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	tests := map[string]struct {
		err  error
		want string
	}{
		"unknown host": {
			dial(&net.DNSError{Name: "z.example", Err: "no such host"}),
			`host-unresolved connected_to="" host="z.example"` + target,
		},
		"network": {
			dial(errors.New("network is unreachable")),
			`connection-failed connected_to="" error="dial tcp: network is unreachable"` + target,
		},
		"connection refused": {dial(syscall.ECONNREFUSED), `connection-refused connected_to=""` + target},
		"mutual TLS": {
			&net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")},
			`client-certificate-rejected connected_to="" error="remote error: tls: certificate required"` + target,
		},
		"untrusted certificate": {
			certificate,
			`certificate-untrusted connected_to="" error="x509: certificate signed by unknown authority"` + target,
		},
		"no TLS":          {tls.RecordHeaderError{}, `tls-to-http-port connected_to=""` + target},
		"proxy variables": {fault.New("proxy-variables"), "proxy-variables"},
		"broken pipe":     {syscall.EPIPE, `connection-closed connected_to=""` + target},
		"closed":          {io.ErrUnexpectedEOF, `connection-closed connected_to=""` + target},
		"deadline": {
			&url.Error{Op: "Post", URL: canary, Err: errTimeout{}}, `timeout connected_to=""` + target + ` timeout="30s"`,
		},
		"wrapped in a url.Error": {
			&url.Error{Op: "Post", URL: canary, Err: errors.New("no route")},
			`connection-failed connected_to="" error="no route"` + target,
		},
	}
	for name, test := range tests {
		c := &zitadel.Client{
			Issuer:    "https://z.example",
			Transport: roundTripFunc(func(*http.Request) (*http.Response, error) { return nil, test.err }),
		}
		_, err := c.Configuration(t.Context())
		e := asError(t, err)
		if e.Problem == nil || e.Problem.Error() != test.want {
			t.Errorf("%s: got %v, want %s", name, e.Problem, test.want)
		}
		checkOmits(t, allText(e), canary)
		if e.Credentials || e.Status != 0 || e.Attempts != 1 || !e.Unavailable {
			t.Errorf("%s: unexpected error: %+v", name, e)
		}
	}
}

// TestUnreachableConnectURL checks that an error contains the address to which the client
// connects.
func TestUnreachableConnectURL(t *testing.T) {
	t.Parallel()
	c := newClient(t, "https://z.example")
	c.ConnectURL = &url.URL{Scheme: "http", Host: "10.0.0.1"}
	c.Transport = roundTripFunc(func(*http.Request) (*http.Response, error) { return nil, syscall.ECONNREFUSED })
	e := asError(t, calls[optest.Discovery](t, c))
	checkFaults(t, e.Problem, `connection-refused connected_to="http://10.0.0.1" target="10.0.0.1:80"`)
}

type errTimeout struct{}

func (errTimeout) Error() string   { return "i/o timeout" }
func (errTimeout) Timeout() bool   { return true }
func (errTimeout) Temporary() bool { return true }

func TestDescriptionIsBounded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		description string // as written in a JSON string
		want        string // "" for any description within the limit
	}{
		"short":         {"no", "no"},
		"just fits":     {strings.Repeat("x", 500), strings.Repeat("x", 500)},
		"a page":        {strings.Repeat("x", 5000), ""},
		"umlauts":       {strings.Repeat("ü", 5000), ""},
		"only escapes":  {strings.Repeat(`\u001b`, 5000), ""},
		"ESC":           {`a\u001b[31mb`, `a\u001b[31mb`},
		"line breaks":   {`a\r\nb`, `a\u000d\u000ab`},
		"right to left": {`a\u202eb`, `a\u202eb`},
		"NUL":           {`a\u0000b`, `a\u0000b`},
		"surrogate":     {`a\ud800b`, "a\ufffdb"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			code := `in\u001bvalid` + strings.Repeat("x", 500)
			failConfirmed(issuer, optest.Token, optest.Fault{
				Status: 400, Body: `{"error":"` + code + `","error_description":"` + test.description + `"}`,
			})
			e := asError(t, calls[optest.Token](t, newClient(t, issuer.URL)))
			n := utf8.RuneCountInString(e.Description)
			if n > 500 || n == 0 || test.want != "" && e.Description != test.want {
				t.Errorf("the description has %d characters, want 1 to 500: %q", n, e.Description)
			}
			if utf8.RuneCountInString(e.Code) > 100 || !strings.HasPrefix(e.Code, `in\u001bvalid`) {
				t.Errorf("unexpected code: %q", e.Code)
			}
			if strings.ContainsAny(allText(e), "\x1b\u202e\x00\r") {
				t.Errorf("the error contains control characters: %q", e.Error())
			}
		})
	}
}

// TestEchoingServer checks that no error contains a secret, even if the server repeats the request
// in its response.
func TestEchoingServer(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	server := serveInFront(t, issuer, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/oauth/") {
			return false
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Error(err)
		}
		_, password, _ := r.BasicAuth()
		plain, err := url.QueryUnescape(password)
		if err != nil {
			t.Error(err)
		}
		authorization := r.Header.Get("Authorization")
		var received []string
		for _, name := range []string{"assertion", "client_assertion", "token"} {
			received = append(received, form.Get(name))
		}
		basic := strings.TrimPrefix(authorization, "Basic ")
		received = append(received, string(body), authorization, basic, password, plain)
		number, err := strconv.Atoi(r.Header.Get("X-Part"))
		if err != nil || number >= len(received) {
			t.Errorf("invalid part number %d: %v", number, err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", received[number])
		w.WriteHeader(http.StatusBadRequest)
		text := strconv.Quote("received " + received[number])
		_, _ = fmt.Fprintf(w, `{"error":%s,"error_description":%s}`, text, text)
		return true
	})
	const secretText, token = "s3cret value/+ü", "t0ken.of+the/user"
	assertion := presigned(t, userKey(), server.URL, time.Now(), time.Hour)
	for name, credentials := range map[string]zitadel.Credentials{
		"secret": secret("client id", secretText), "user key": userKey(), "application key": apiKey(),
		"assertion": assertion,
	} {
		for number := range 8 {
			sent := map[string]bool{}
			c := newClient(t, server.URL)
			base := c.Transport
			c.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
				r = r.Clone(r.Context())
				r.Header.Set("X-Part", strconv.Itoa(number))
				if r.GetBody != nil {
					form := formOf(t, r)
					sent[form.Get("assertion")+form.Get("client_assertion")] = true
				}
				return base.RoundTrip(r)
			})
			var found []*zitadel.Error
			if credentials.Key == nil || credentials.Key.Type == key.ServiceAccount {
				_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: credentials})
				found = append(found, asError(t, err))
			}
			if credentials.Key == nil || credentials.Key.Type == key.Application {
				_, err := c.Introspect(t.Context(), credentials, key.NewSecret(token))
				found = append(found, asError(t, err))
			}
			for _, e := range found {
				text := allText(e)
				checkOmits(t, text, secretText, token, url.QueryEscape(secretText), url.QueryEscape(token),
					assertion.Assertion.Reveal(),
					strings.TrimPrefix(zitadel.BasicAuth("client id", secretText), "Basic "))
				for each := range sent {
					// Only the signature of an assertion is secret.
					signature := each[strings.LastIndex(each, ".")+1:]
					if len(signature) > 40 && strings.Contains(text, signature[:40]) {
						t.Errorf("%s: %q contains the assertion's signature", name, text)
					}
				}
			}
		}
	}
}

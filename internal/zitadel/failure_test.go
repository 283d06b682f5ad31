package zitadel_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// speak starts a server that answers each connection with these bytes, whatever
// it is asked.
func speak(t *testing.T, answer string) string {
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
			_, _ = io.WriteString(connection, answer)
			_ = connection.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// What is not HTTP is named as such, and never quoted.
func TestAnswerThatIsNotHTTP(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
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
			e := failed(t, calls[optest.Discovery](t, newClient(t, speak(t, answer))))
			if e.Problem == "" || e.Attempts != 1 || len(e.Next) == 0 {
				t.Errorf("%+v", e)
			}
			if strings.HasPrefix(name, "header") {
				says(t, e.Problem, "malformed header")
			}
			keeps(t, everything(e), canary)
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err     error
		problem string
		next    string
	}{
		"unknown host":     {&net.OpError{Op: "dial", Err: &net.DNSError{Name: "z.example", Err: "no such host"}}, `"z.example" cannot be resolved`, "spelling"},
		"network":          {&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")}, "network is unreachable", "proxy, firewall"},
		"mutual TLS":       {&net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")}, "certificate required", "client_cert_pem"},
		"closed":           {io.ErrUnexpectedEOF, "closed before the response was complete", "is up"},
		"deadline":         {&url.Error{Op: "Post", URL: canary, Err: errTimeout{}}, "no complete response in time", "request_timeout"},
		"wrapped by a URL": {&url.Error{Op: "Post", URL: canary, Err: errors.New("no route")}, "no route", "is up"},
	}
	for name, test := range tests {
		c := &oauth.Client{Issuer: "https://z.example", Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, test.err })}
		_, err := c.Configuration(t.Context())
		e := failed(t, err)
		says(t, e.Problem, test.problem)
		says(t, strings.Join(e.Next, " "), test.next)
		keeps(t, everything(e), canary)
		if e.Credentials || e.Status != 0 || e.Attempts != 1 {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

type errTimeout struct{}

func (errTimeout) Error() string   { return "it took too long" }
func (errTimeout) Timeout() bool   { return true }
func (errTimeout) Temporary() bool { return true }

func TestDescriptionIsBounded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		description string // as JSON
		want        string // "" for whatever fits
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
		"half a rune":   {`a\ud800b`, "a\ufffdb"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			refuse(issuer, optest.Token, optest.Fault{Status: 400, Body: `{"error":"in\u001bvalid` + strings.Repeat("x", 500) + `","error_description":"` + test.description + `"}`})
			e := failed(t, calls[optest.Token](t, newClient(t, issuer.URL)))
			if n := utf8.RuneCountInString(e.Description); n > 500 || n == 0 || test.want != "" && e.Description != test.want {
				t.Errorf("%d characters: %q", n, e.Description)
			}
			if utf8.RuneCountInString(e.Code) > 100 || !strings.HasPrefix(e.Code, `in\u001bvalid`) {
				t.Errorf("code %q", e.Code)
			}
			if strings.ContainsAny(everything(e), "\x1b\u202e\x00\r") {
				t.Errorf("control characters in %q", e.Error())
			}
		})
	}
}

// A server may give back what it was sent. None of that comes out.
func TestEchoingServer(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	server := front(t, issuer, func(w http.ResponseWriter, r *http.Request) bool {
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
		var said []string
		for _, name := range []string{"assertion", "client_assertion", "token"} {
			said = append(said, form.Get(name))
		}
		said = append(said, string(body), authorization, strings.TrimPrefix(authorization, "Basic "), password, plain)
		number, err := strconv.Atoi(r.Header.Get("X-Part"))
		if err != nil || number >= len(said) {
			t.Errorf("there is no part %d: %v", number, err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", said[number])
		w.WriteHeader(http.StatusBadRequest)
		text := strconv.Quote("it was " + said[number])
		_, _ = fmt.Fprintf(w, `{"error":%s,"error_description":%s}`, text, text)
		return true
	})
	const secretText, token = "s3cret value/+ü", "t0ken.of+the/user"
	given := presigned(t, userKey(), server.URL, time.Now(), time.Hour)
	for what, credentials := range map[string]oauth.Credentials{
		"secret": secret("client id", secretText), "user key": userKey(), "application key": apiKey(), "assertion": given,
	} {
		for number := range 8 {
			sent := map[string]bool{}
			c := newClient(t, server.URL)
			base := c.Transport
			c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				r = r.Clone(r.Context())
				r.Header.Set("X-Part", strconv.Itoa(number))
				if r.GetBody != nil {
					form := formOf(t, r)
					sent[form.Get("assertion")+form.Get("client_assertion")] = true
				}
				return base.RoundTrip(r)
			})
			var found []*oauth.Error
			if credentials.Key == nil || credentials.Key.Type == key.ServiceAccount {
				_, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: credentials})
				found = append(found, failed(t, err))
			}
			if credentials.Key == nil || credentials.Key.Type == key.Application {
				_, err := c.Introspect(t.Context(), credentials, key.NewSecret(token))
				found = append(found, failed(t, err))
			}
			for _, e := range found {
				text := everything(e)
				keeps(t, text, secretText, token, url.QueryEscape(secretText), url.QueryEscape(token), given.Assertion.Reveal(),
					strings.TrimPrefix(oauth.BasicAuth("client id", secretText), "Basic "))
				for assertion := range sent {
					// Its signature alone would do for whoever knows the rest.
					if signature := assertion[strings.LastIndex(assertion, ".")+1:]; len(signature) > 40 && strings.Contains(text, signature[:40]) {
						t.Errorf("%s: the assertion comes out: %q", what, text)
					}
				}
			}
		}
	}
}

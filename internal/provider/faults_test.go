package provider_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The faults of a server and of the way to it, and what becomes of each of the
// questions that the provider asks: of a token, of an introspection, of the
// discovery document, of the signing keys, of user info, of an exchange, of a
// revocation. The letters:
//
//	R  is retried: the question comes through if the fault ends, and fails after
//	   four attempts if it does not
//	W  the same of a revocation, which has five seconds in all and then warns
//	L  takes a revocation longer than it has: one attempt, and a warning
//	P  fails at once, after one attempt
//	E  is an empty response: the request is repeated once, and then accepted
//	N  is a no: it is believed if it comes again, and the server is ready
//	O  is a no during an outage: it is retried, and never believed
//	X  nothing is sent to this endpoint
//	H  is healed: the second attempt is signed by the right clock
//	-  is no fault
//	.  cannot happen to this question
func faults() []fault {
	const minute = time.Minute
	return []fault{
		//                                                            token, introspection, discovery, JWKS, user info, exchange, revocation
		{name: "refused connection", dial: syscall.ECONNREFUSED, want: "RRRRRRW", says: "the connection was refused"},
		{name: "unknown host name", dial: &net.DNSError{Name: "z.example", IsNotFound: true}, want: "RRRRRRW", says: "cannot be resolved"},
		{name: "reset before the body", gives: same(optest.Fault{Reset: true}), want: "RRRRRRW", says: "closed before the response was complete"},
		{name: "reset in the body", gives: same(optest.Fault{Cut: true}), want: "RRRRRRW", says: "closed before the response was complete"},
		{name: "stalled header", gives: same(optest.Fault{Delay: time.Hour}), each: 30 * time.Second, want: "RRRRRRL", says: "no complete response in time|Each attempt had 30s|request_timeout"},
		{name: "stalled body", gives: same(optest.Fault{Stall: true}), each: 30 * time.Second, want: "RRRRRRL", says: "no complete response in time|Each attempt had 30s|request_timeout"},
		{name: "a byte a second", gives: same(optest.Fault{Drip: true}), each: 30 * time.Second, want: "RRRRRRL", says: "no complete response in time|Each attempt had 30s|request_timeout"},
		{name: "429", gives: same(answer(429, "slow down")), want: "RRRRRRW", says: "accepts no more requests"},
		{name: "429, Retry-After: 1", gives: same(later("1")), after: time.Second, want: "RRRRRRW", says: "accepts no more requests"},
		{name: "429, Retry-After: 7", gives: same(later("7")), after: 7 * time.Second, want: "RRRRRRP", says: "accepts no more requests"},
		{name: "429, Retry-After: a date", gives: inSeconds(9), after: 9 * time.Second, want: "RRRRRRP", says: "accepts no more requests"},
		{name: "429, Retry-After: a year", gives: same(later("31536000")), after: 30 * time.Second, want: "RRRRRRP", says: "accepts no more requests"},
		{name: "429, Retry-After beyond 64 bits", gives: same(later("99999999999999999999")), want: "RRRRRRW", says: "accepts no more requests"},
		{name: "429, Retry-After: soon", gives: same(later("soon")), want: "RRRRRRW", says: "accepts no more requests"},
		{name: "429, Retry-After: -5", gives: same(later("-5")), want: "RRRRRRW", says: "accepts no more requests"},
		{name: "400 invalid_grant", gives: same(answer(400, refusal)), want: "NNPPNNN", says: "status 400 invalid_grant"},
		{name: "400 unauthorized_client", gives: same(answer(400, `{"error":"unauthorized_client"}`)), want: "NNPPNNN", says: "status 400 unauthorized_client"},
		{name: "401 invalid_client", gives: same(answer(401, `{"error":"invalid_client"}`)), want: "NNPPNNN", says: "status 401 invalid_client"},
		{name: "403 text", gives: same(answer(403, "not from here")), want: "PPPPPPP", says: "status 403"},
		{name: "500 text", gives: same(answer(500, "no database")), want: "RRRRRRW", says: "This is an outage"},
		{name: "500 JSON", gives: same(answer(500, `{"error":"server_error","error_description":"Errors.Internal"}`)), want: "NNRRRNN", says: "status 500 server_error"},
		{name: "500 JSON to a POST", gives: same(answer(500, `{"error":"server_error","error_description":"Errors.Internal"}`)), want: "NN...NN", says: "ZITADEL failed internally|in ZITADEL's log"},
		{name: "token exchange is switched off", gives: same(answer(400, `{"error":"invalid_request","error_description":"Errors.TokenExchange.FeatureDisabled"}`)), want: ".....N.", says: "oidcTokenExchange|PUT /v2/features/instance"},
		{name: "client authentication of the exchange fails", gives: same(answer(400, `{"error":"invalid_client","error_description":"invalid assertion"}`)), want: ".....N.", says: "OIDC application|created moments ago"},
		{name: "502", gives: same(answer(502, "<html>")), want: "RRRRRRW", says: "This is an outage"},
		{name: "503", gives: same(answer(503, "")), want: "RRRRRRW", says: "This is an outage"},
		{name: "504", gives: same(answer(504, "")), want: "RRRRRRW", says: "This is an outage"},
		{name: "404 of an unknown host", gives: same(answer(404, unknownHost("Instance not found."))), want: "PPPPPPP", says: "has no instance with this host name|connect_url"},
		{name: "404 of an unknown host, in German", gives: same(answer(404, unknownHost("Instanz nicht gefunden."))), want: "PPPPPPP", says: "has no instance with this host name|connect_url"},
		{name: "404 of v2.62 in an outage", gives: same(answer(404, setInstance)), ready: &down, want: "OOOOOOO", says: "GET /debug/ready: status 412|This is an outage"},
		{name: "404 of v2.71 to v4.13 in an outage", gives: same(answer(404, setInstance+internalError)), ready: &down, want: "OOOOOOO", says: "GET /debug/ready: status 412|This is an outage"},
		{name: "404, and the probe has no response", gives: same(answer(404, setInstance)), ready: &optest.Fault{Reset: true}, want: "OOOOOOO", says: "closed before the response|This is an outage"},
		{name: "404 of v2.71 to v4.13, and the database is back", gives: same(answer(404, setInstance+internalError)), want: "NNNNNNN", says: "status 404|failed to load the instance from its database|in ZITADEL's log"},
		{name: "404 of v2.71 to v4.13, and a proxy hides the probe", gives: same(answer(404, setInstance+internalError)), ready: &optest.Fault{Status: 404}, want: "PPPPPPP", says: "status 404|An outage cannot be ruled out|failed to load the instance"},
		{name: "404 of a gateway", gives: same(answer(404, "<html>canary")), want: "NNNNNNN", says: "status 404|Check that issuer is the URL of a ZITADEL instance"},
		{name: "404 of a gateway in an outage", gives: same(answer(404, "<html>canary")), ready: &down, want: "OOOOOOO", says: "This is an outage"},
		{name: "404 JSON of a gateway", gives: same(answer(404, `{"code":5,"message":"canary"}`)), want: "NNNNNNN", says: "status 404|Check that issuer is the URL of a ZITADEL instance"},
		{name: "404 of an untrusted public host", gives: same(answer(404, setInstance+": ID=QUERY-IuGh1 Message=Instance not found.")), want: "NNNNNNN", says: "status 404|X-Zitadel-Public-Host"},
		{name: "404 JSON of OAuth", gives: same(answer(404, `{"error":"invalid_request","error_description":"membership not found"}`)), want: "NNNNNNN", says: "status 404 invalid_request"},
		{name: "redirect to another host", gives: same(redirect("https://login.example/?next=canary")), want: "PPPPPPP", says: "https://login.example"},
		{name: "login page of a proxy", gives: same(page("<html>Please log in</html>")), want: "PPPPPPP", says: "text/html"},
		{name: "truncated JSON", gives: same(typed(`{"access_token":"canary`)), want: "PPPPPP-", says: "no login page or proxy"},
		{name: "wrong types", gives: same(typed(`{"access_token":1,"active":[],"issuer":{},"keys":"canary","sub":7}`)), want: "PPPPPP-", says: "no login page or proxy"},
		{name: "no JSON object", gives: same(typed(`["canary"]`)), want: "PPPPPPP", says: "no login page or proxy"},
		{name: "10 MiB", gives: same(optest.Fault{Oversized: true}), want: "PPPPPPP", says: "more than 1 MiB"},
		{name: "gzip bomb", gives: same(bomb()), want: "PPPPPPP", says: "more than 1 MiB"},
		{name: "chunked for ever", gives: same(optest.Fault{Endless: true}), want: "PPPPPPP", says: "more than 1 MiB"},
		{name: "expires_in is missing", gives: same(tokenAnswer(`"token_type":"Bearer"`)), want: "P....P.", says: `member "expires_in" is missing`},
		{name: "expires_in is negative", gives: same(tokenAnswer(`"token_type":"Bearer","expires_in":-1`)), want: "P....P.", says: `member "expires_in" is out of range`},
		{name: "expires_in is a string", gives: same(tokenAnswer(`"token_type":"Bearer","expires_in":"3600"`)), want: "P....P.", says: `member "expires_in" is a string; expected a number`},
		{name: "expires_in is 1e300", gives: same(tokenAnswer(`"token_type":"Bearer","expires_in":1e300`)), want: "P....P.", says: `member "expires_in" is out of range`},
		{name: "active is a string", gives: same(answer(200, `{"active":"true"}`)), want: ".P.....", says: `member "active" is a string; expected a boolean`},
		{name: "exp is a float", gives: same(answer(200, `{"active":true,"exp":1795353376.5}`)), want: ".-....."},
		{name: "exp is a string", gives: same(answer(200, `{"active":true,"exp":"1795353376"}`)), want: ".P.....", says: "exp"},
		{name: "exp is beyond 9999", gives: same(answer(200, `{"active":true,"exp":253402300800}`)), want: ".P.....", says: "exp"},
		{name: "a claim twice", gives: same(answer(200, `{"active":true,"sub":"1","sub":"2"}`)), want: ".P.....", says: "sub"},
		{name: "discovery of another issuer", gives: same(answer(200, `{"issuer":"https://other.example"}`)), want: "..P....", says: `it calls itself "https://other.example"`},
		{name: "endpoint of another origin", gives: elsewhere, want: "..P....", says: "nothing is sent there"},
		{name: "no signing keys", gives: same(answer(200, `{"keys":[]}`)), want: "...E..."},
		{name: "no usable signing key", gives: same(answer(200, `{"keys":[{"kty":"oct","k":"AA"}]}`)), want: "...P...", says: "a key set without a usable public key"},
		{name: "a rejection, and the database is down", gives: denied, ready: &optest.Fault{Status: 412, Body: "DB CONNECTION ERROR"}, want: "OO..OOO", says: "GET /debug/ready: status 412|This is an outage"},
		{name: "a rejection, and the probe fails", gives: denied, ready: &optest.Fault{Status: 503}, want: "OO..OOO", says: "GET /debug/ready: status 503|This is an outage"},
		{name: "a rejection, and the probe has no response", gives: denied, ready: &optest.Fault{Reset: true}, want: "OO..OOO", says: "closed before the response|This is an outage"},
		{name: "a rejection, and the database is back", gives: denied, want: "NN..NNN"},
		{name: "a rejection, and a proxy shows a page", gives: denied, ready: &optest.Fault{Status: 403, Body: "<html>"}, want: "NN..NNN"},
		{name: "a rejection, and a proxy hides the probe", gives: denied, ready: &optest.Fault{Status: 404, Body: "<html>"}, want: "PP..PPP"},
		{name: "500 JSON, and the database is down", gives: same(answer(500, `{"error":"server_error"}`)), ready: &optest.Fault{Status: 412}, want: "OORRROO", says: "This is an outage"},
		{name: "429 with a Date 50 h ahead", gives: misdated(429, "slow down", 50), want: "RRRRRRW", says: "accepts no more requests"},
		{name: "502 with a Date 50 h behind", gives: misdated(502, "<html>", -50), want: "RRRRRRW", says: "This is an outage"},
		{name: "503 with a Date 50 h ahead", gives: misdated(503, "", 50), want: "RRRRRRW", says: "This is an outage"},
		{name: "503 JSON with a Date 3 h ahead", gives: misdated(503, `{"error":"unavailable"}`, 3), want: "RRRRRRW", says: "This is an outage"},
		{name: "504 with a Date 50 h ahead", gives: misdated(504, "", 50), want: "RRRRRRW", says: "This is an outage"},
		{name: "403 text with a Date 50 h ahead", gives: misdated(403, "not from here", 50), want: "PPPPPPP", says: "status 403"},
		{name: "login page with a Date 50 h ahead", gives: dated(page("<html>Please log in</html>"), 50), want: "PPPPPPP", says: "text/html"},
		{name: "clock 2 s ahead", skew: 2 * time.Second, want: "-------"},
		{name: "clock 2 s behind", skew: -2 * time.Second, want: "-------"},
		{name: "clock 10 m ahead", skew: 10 * minute, want: "-------"},
		{name: "clock 10 m behind", skew: -10 * minute, want: "-------"},
		{name: "clock 2 h ahead", skew: 120 * minute, want: "-------"},
		{name: "clock 2 h behind", skew: -120 * minute, want: "-------"},
		{name: "clock 2 h ahead, seen late", skew: 120 * minute, aged: true, want: "HH---H-"},
		{name: "clock 2 h behind, seen late", skew: -120 * minute, aged: true, want: "HH---H-"},
		{name: "clock 3 days ahead", skew: 72 * time.Hour, want: "XXPXXXX", says: "72h ahead of this machine's clock"},
		{name: "clock 3 days behind", skew: -72 * time.Hour, want: "XXPXXXX", says: "72h behind this machine's clock"},
		{name: "an old answer out of a cache", gives: same(optest.Fault{Header: http.Header{"Age": {"86400"}, "Date": {"Sat, 01 Jan 1994 00:00:00 GMT"}}}), want: "-------"},
	}
}

// denied is the answer by which ZITADEL says no.
func denied(_ *optest.Issuer, e optest.Endpoint) optest.Fault {
	if e == optest.Introspection {
		return answer(200, `{"active":false}`)
	}
	if e == optest.UserInfo {
		return answer(401, `{"error":"access_denied","error_description":"access token invalid"}`)
	}
	return answer(400, refusal)
}

// setInstance is the beginning of ZITADEL's 404 responses. In an outage, that of
// v2.62 contains nothing else.
const setInstance = "unable to set instance using origin &{127.0.0.1:8080  http} (ExternalDomain is localhost)"

// internalError is what v2.71 to v4.13 add in an outage.
const internalError = ": ID=QUERY-d3fas Message=An internal error occurred Parent=(failed to connect to `user=zitadel database=zitadel`)"

// unknownHost is the answer to an unknown host, in the instance's language.
func unknownHost(message string) string { return setInstance + ": ID=QUERY-1kIjX Message=" + message }

// down is what the readiness check returns while the database is down.
var down = optest.Fault{Status: 412, Body: "ID=API-F24h2 Message=DB CONNECTION ERROR"}

// misdated is an answer whose Date is hours off.
func misdated(status int, body string, hours int) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return dated(answer(status, body), hours)
}

func dated(f optest.Fault, hours int) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return func(*optest.Issuer, optest.Endpoint) optest.Fault {
		misdated := f
		misdated.Header = http.Header{"Date": {time.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(http.TimeFormat)}}
		maps.Copy(misdated.Header, f.Header)
		return misdated
	}
}

const refusal = `{"error":"invalid_grant","error_description":"invalid assertion"}`

// fault is one row of the matrix.
type fault struct {
	name string
	// gives is what an endpoint answers; dial, how connecting to it fails; skew,
	// by how much the server's clock is ahead, and aged that discovery does not
	// tell, being out of a cache.
	gives func(*optest.Issuer, optest.Endpoint) optest.Fault
	dial  error
	skew  time.Duration
	aged  bool
	ready *optest.Fault // what the readiness probe gets
	want  string        // a letter for each question
	says  string        // words of the diagnostic, with | between
	// each is how long an attempt takes, after how long a retry is to wait.
	each, after time.Duration
}

func same(f optest.Fault) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return func(*optest.Issuer, optest.Endpoint) optest.Fault { return f }
}

func answer(status int, body string) optest.Fault { return optest.Fault{Status: status, Body: body} }

// later is a 429 with a Retry-After.
func later(when string) optest.Fault {
	return optest.Fault{Status: 429, Body: "slow down", Header: http.Header{"Retry-After": {when}}}
}

// inSeconds gives Retry-After as a date. It counts on the server's clock.
func inSeconds(n int) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return func(*optest.Issuer, optest.Endpoint) optest.Fault {
		now := time.Now().UTC()
		f := later(now.Add(time.Duration(n) * time.Second).Format(http.TimeFormat))
		f.Header.Set("Date", now.Format(http.TimeFormat))
		return f
	}
}

func redirect(to string) optest.Fault {
	return optest.Fault{Status: 302, Header: http.Header{"Location": {to}}}
}

func page(body string) optest.Fault {
	return optest.Fault{Status: 200, Body: body, Header: http.Header{"Content-Type": {"text/html"}}}
}

// typed is a body that calls itself JSON.
func typed(body string) optest.Fault {
	return optest.Fault{Status: 200, Body: body, Header: http.Header{"Content-Type": {"application/json"}}}
}

func tokenAnswer(members string) optest.Fault {
	return answer(200, `{"access_token":"canary",`+members+`}`)
}

// elsewhere is a discovery document that would send credentials away.
func elsewhere(i *optest.Issuer, _ optest.Endpoint) optest.Fault {
	return answer(200, `{"issuer":"`+i.URL+`","token_endpoint":"https://other.example/oauth/v2/token"}`)
}

// bomb is 10 MiB of JSON in some kilobytes.
func bomb() optest.Fault {
	var small bytes.Buffer
	writer := gzip.NewWriter(&small)
	_, err := io.Copy(writer, strings.NewReader(`{"active":true,"access_token":"`+strings.Repeat("a", 10<<20)+`"}`))
	if err := errors.Join(err, writer.Close()); err != nil {
		panic(fmt.Sprintf("writing to memory: %v", err))
	}
	f := typed(small.String())
	f.Header.Set("Content-Encoding", "gzip")
	return f
}

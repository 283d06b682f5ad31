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
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// faults returns the table of server and network faults. The outcomes of a fault contain one letter
// for each kind of request, in the order of [providerRequests]: token, introspection, discovery
// document, signing keys, user info, token exchange and revocation. The letters mean:
//
//	R  retried: the request succeeds if the fault ends; otherwise, it fails after four
//	   attempts
//	W  retried: the revocation succeeds if the fault ends; otherwise, it fails with a
//	   warning within five seconds
//	L  too slow: the revocation fails with a warning after one attempt of five seconds
//	P  permanent: the request fails after one attempt
//	E  empty: the request is repeated once; if the second response is also empty, it is
//	   accepted, so the token is not valid
//	N  rejected: the request is repeated after a readiness check, and fails if the server
//	   rejects it again
//	O  rejected during an outage: the request is retried; if the outage does not end, the
//	   request fails with an error about the outage
//	X  not sent: the request fails before it is sent to the endpoint
//	H  corrected: the second attempt is signed with the server's time, and succeeds
//	-  no fault: the request succeeds
//	.  not applicable: the fault cannot occur for this request
func faults() []faultCase {
	const minute = time.Minute
	return []faultCase{
		{name: "refused connection", dial: syscall.ECONNREFUSED, outcomes: "RRRRRRW", codes: "connection-refused"},
		{
			name: "unknown host name", dial: &net.DNSError{Name: "z.example", IsNotFound: true},
			outcomes: "RRRRRRW", codes: "host-unresolved", value: `"z.example"`,
		},
		{name: "reset before the body", response: always(reset), outcomes: "RRRRRRW", codes: "connection-closed"},
		{
			name: "reset in the body", response: always(optest.Fault{Cut: true}),
			outcomes: "RRRRRRW", codes: "connection-closed", status: "200",
		},
		{
			name: "stalled header", response: always(optest.Fault{Delay: time.Hour}), attemptTime: 30 * time.Second,
			outcomes: "RRRRRRL", codes: "timeout", value: "30s",
		},
		{
			name: "stalled body", response: always(optest.Fault{Stall: true}), attemptTime: 30 * time.Second,
			outcomes: "RRRRRRL", codes: "timeout", status: "200", value: "30s",
		},
		{
			name: "one byte per second", response: always(optest.Fault{Drip: true}), attemptTime: 30 * time.Second,
			outcomes: "RRRRRRL", codes: "timeout", status: "200", value: "30s",
		},
		{name: "429", response: always(response(429, "slow down")), outcomes: "RRRRRRW", codes: "rate-limit", status: "429"},
		{
			name: "429, Retry-After: 1", response: always(retryAfter("1")), retryAfter: time.Second,
			outcomes: "RRRRRRW", codes: "rate-limit", status: "429",
		},
		{
			name: "429, Retry-After: 7", response: always(retryAfter("7")), retryAfter: 7 * time.Second,
			outcomes: "RRRRRRP", codes: "rate-limit", status: "429",
		},
		{
			name: "429, Retry-After: date", response: retryAfterDate(9), retryAfter: 9 * time.Second,
			outcomes: "RRRRRRP", codes: "rate-limit", status: "429",
		},
		{
			name: "429, Retry-After: one year", response: always(retryAfter("31536000")), retryAfter: 30 * time.Second,
			outcomes: "RRRRRRP", codes: "rate-limit", status: "429",
		},
		{
			name: "429, Retry-After: more than 64 bits", response: always(retryAfter("99999999999999999999")),
			outcomes: "RRRRRRW", codes: "rate-limit", status: "429",
		},
		{
			name: "429, Retry-After: soon", response: always(retryAfter("soon")),
			outcomes: "RRRRRRW", codes: "rate-limit", status: "429",
		},
		{
			name: "429, Retry-After: -5", response: always(retryAfter("-5")),
			outcomes: "RRRRRRW", codes: "rate-limit", status: "429",
		},
		{
			name: "400 invalid_grant", response: always(response(400, invalidGrant)),
			outcomes: "NNPPNNN", status: "400 invalid_grant",
		},
		{
			name: "400 unauthorized_client", response: always(response(400, `{"error":"unauthorized_client"}`)),
			outcomes: "NNPPNNN", status: "400 unauthorized_client",
		},
		{
			name: "401 invalid_client", response: always(response(401, `{"error":"invalid_client"}`)),
			outcomes: "NNPPNNN", status: "401 invalid_client",
		},
		{
			name: "403 with plain text", response: always(response(403, "not from here")),
			outcomes: "PPPPPPP", codes: "response-without-oauth-error other-server", status: "403",
		},
		{
			name: "500 with plain text", response: always(response(500, "no database")),
			outcomes: "RRRRRRW", codes: "server-unavailable", status: "500",
		},
		{name: "500 with JSON", response: always(serverError), outcomes: "NNRRRNN", status: "500 server_error"},
		{
			name: "500 with JSON, request with an assertion", response: always(serverError),
			outcomes: "N......", codes: "server-error-or-assertion", status: "500 server_error: Errors.Internal",
		},
		{
			name: "500 with JSON, other POST request", response: always(serverError),
			outcomes: ".N...NN", codes: "server-error", status: "500 server_error: Errors.Internal",
		},
		{
			name: "token exchange is disabled", response: always(oauthError(400, "invalid_request", exchangeDisabled)),
			outcomes: ".....N.", codes: "exchange-disabled", status: "400 invalid_request",
		},
		{
			name: "token exchange client is rejected", response: always(invalidClient),
			outcomes: ".....N.", codes: "key-not-accepted credentials-new", status: "400 invalid_client",
			value: "OIDC application",
		},
		{
			name: "502", response: always(response(502, "<html>")),
			outcomes: "RRRRRRW", codes: "server-unavailable", status: "502",
		},
		{name: "503", response: always(response(503, "")), outcomes: "RRRRRRW", codes: "server-unavailable", status: "503"},
		{name: "504", response: always(response(504, "")), outcomes: "RRRRRRW", codes: "server-unavailable", status: "504"},
		{
			name: "404 for an unknown host", response: always(response(404, unknownHost("Instance not found."))),
			outcomes: "PPPPPPP", codes: "unknown-instance", status: "404",
		},
		{
			name: "404 for an unknown host, in German", response: always(response(404, unknownHost("Instanz nicht gefunden."))),
			outcomes: "PPPPPPP", codes: "unknown-instance", status: "404",
		},
		{
			name: "404 from v2.62 during an outage", response: always(response(404, setInstance)), readiness: &databaseDown,
			outcomes: "OOOOOOO", codes: "server-not-ready", value: notReady(412),
		},
		{
			name: "404 from v2.71 to v4.13 during an outage", response: always(notLoaded), readiness: &databaseDown,
			outcomes: "OOOOOOO", codes: "server-not-ready", value: notReady(412),
		},
		{
			name: "404, no response to the probe", response: always(response(404, setInstance)), readiness: &reset,
			outcomes: "OOOOOOO", codes: "server-not-ready", value: notReadyBecause("connection-closed"),
		},
		{
			name: "404 from v2.71 to v4.13 after an outage", response: always(notLoaded),
			outcomes: "NNNNNNN", codes: "instance-not-loaded", status: "404",
		},
		{
			name: "404 from v2.71 to v4.13, probe blocked by a proxy", response: always(notLoaded), readiness: &hiddenProbe,
			outcomes: "PPPPPPP", codes: "readiness-hidden instance-not-loaded", status: "404",
		},
		{
			name: "404 from a gateway", response: always(response(404, "<html>canary")),
			outcomes: "NNNNNNN", codes: "other-server", status: "404",
		},
		{
			name: "404 from a gateway during an outage", response: always(response(404, "<html>canary")),
			readiness: &databaseDown, outcomes: "OOOOOOO", codes: "server-not-ready", status: "404", value: notReady(412),
		},
		{
			name: "404 with JSON from a gateway", response: always(response(404, `{"code":5,"message":"canary"}`)),
			outcomes: "NNNNNNN", codes: "other-server", status: "404",
		},
		{
			name: "404 for an untrusted public host", response: always(untrustedHost),
			outcomes: "NNNNNNN", codes: "public-host-untrusted", status: "404",
		},
		{
			name: "404 with an OAuth error", response: always(oauthError(404, "invalid_request", "membership not found")),
			outcomes: "NNNNNNN", status: "404 invalid_request",
		},
		{
			name: "redirect to a different host", response: always(redirect("https://login.example/?next=canary")),
			outcomes: "PPPPPPP", codes: "redirect", status: "302", value: "https://login.example",
		},
		{
			name: "proxy login page", response: always(htmlPage("<html>Please log in</html>")),
			outcomes: "PPPPPPP", codes: "response-not-json", status: "200", value: "text/html",
		},
		{
			name: "truncated JSON", response: always(jsonResponse(`{"access_token":"canary`)),
			outcomes: "PPPPPP-", codes: "response-malformed", status: "200",
		},
		{
			name: "wrong types", response: always(jsonResponse(allWrongTypes)),
			outcomes: "PPPPPP-", codes: "response-malformed", status: "200",
		},
		{
			name: "JSON array", response: always(jsonResponse(`["canary"]`)),
			outcomes: "PPPPPPP", codes: "response-not-json", status: "200",
		},
		{
			name: "10 MiB response", response: always(optest.Fault{Oversized: true}),
			outcomes: "PPPPPPP", codes: "response-too-large", status: "200",
		},
		{name: "gzip bomb", response: always(gzipBomb()), outcomes: "PPPPPPP", codes: "response-too-large", status: "200"},
		{
			name: "endless chunks", response: always(optest.Fault{Endless: true}),
			outcomes: "PPPPPPP", codes: "response-too-large", status: "200",
		},
		{
			name: "expires_in is missing", response: always(tokenResponse(`"token_type":"Bearer"`)),
			outcomes: "P....P.", codes: "response-malformed", value: clause("member-missing", "member", "expires_in"),
		},
		{
			name: "expires_in is negative", response: always(tokenResponse(`"token_type":"Bearer","expires_in":-1`)),
			outcomes: "P....P.", codes: "response-malformed", value: clause("member-out-of-range", "member", "expires_in"),
		},
		{
			name: "expires_in is a string", response: always(tokenResponse(`"token_type":"Bearer","expires_in":"3600"`)),
			outcomes: "P....P.", codes: "response-malformed", value: wrongType("expires_in", "a string", "a number"),
		},
		{
			name: "expires_in is 1e300", response: always(tokenResponse(`"token_type":"Bearer","expires_in":1e300`)),
			outcomes: "P....P.", codes: "response-malformed", value: clause("member-out-of-range", "member", "expires_in"),
		},
		{
			name: "active is a string", response: always(response(200, `{"active":"true"}`)),
			outcomes: ".P.....", codes: "response-malformed", value: wrongType("active", "a string", "a boolean"),
		},
		{name: "exp is a float", response: always(response(200, `{"active":true,"exp":1795353376.5}`)), outcomes: ".-....."},
		{
			name: "exp is a string", response: always(response(200, `{"active":true,"exp":"1795353376"}`)),
			outcomes: ".P.....", codes: "response-malformed", value: wrongType("exp", "a string", "a number"),
		},
		{
			name: "exp is beyond 9999", response: always(response(200, `{"active":true,"exp":253402300800}`)),
			outcomes: ".P.....", codes: "response-malformed", value: clause("member-not-time", "member", "exp"),
		},
		{
			name: "duplicate claim", response: always(response(200, `{"active":true,"sub":"1","sub":"2"}`)),
			outcomes: ".P.....", codes: "response-malformed", value: clause("member-duplicate", "member", "sub"),
		},
		{
			name: "another issuer's discovery document", response: always(response(200, `{"issuer":"https://other.example"}`)),
			outcomes: "..P....", codes: "issuer-mismatch", value: `"https://other.example"`,
		},
		{
			name: "endpoint with a different origin", response: foreignEndpoint,
			outcomes: "..P....", codes: "endpoint-origin", value: "token_endpoint \"" + foreignURL + `"`,
		},
		{name: "no signing keys", response: always(response(200, `{"keys":[]}`)), outcomes: "...E..."},
		{
			name: "no usable signing key", response: always(response(200, `{"keys":[{"kty":"oct","k":"AA"}]}`)),
			outcomes: "...P...", codes: "key-set-unusable",
		},
		{
			name: "rejection, database is down", response: rejection, readiness: &databaseDown,
			outcomes: "OO..OOO", codes: "server-not-ready", value: notReady(412),
		},
		{
			name: "rejection, probe fails", response: rejection, readiness: &optest.Fault{Status: 503},
			outcomes: "OO..OOO", codes: "server-not-ready", value: notReady(503),
		},
		{
			name: "rejection, no response to the probe", response: rejection, readiness: &reset,
			outcomes: "OO..OOO", codes: "server-not-ready", value: notReadyBecause("connection-closed"),
		},
		{name: "rejection, database is up again", response: rejection, outcomes: "NN..NNN"},
		{name: "rejection, probe forbidden by a proxy", response: rejection, readiness: &forbidden, outcomes: "NN..NNN"},
		{
			name: "rejection, probe blocked by a proxy", response: rejection, readiness: &hiddenProbe,
			outcomes: "PP..PPP",
		},
		{
			name: "500 with JSON, GET request, database is down", response: always(serverError), readiness: &databaseDown,
			outcomes: "..RRR..", codes: "server-unavailable", status: "500",
		},
		{
			name: "500 with JSON, POST request, database is down", response: always(serverError), readiness: &databaseDown,
			outcomes: "OO...OO", codes: "server-not-ready", status: "500", value: notReady(412),
		},
		{
			name: "429 with a Date 50 h ahead", response: misdatedResponse(429, "slow down", 50),
			outcomes: "RRRRRRW", codes: "rate-limit", status: "429",
		},
		{
			name: "502 with a Date 50 h behind", response: misdatedResponse(502, "<html>", -50),
			outcomes: "RRRRRRW", codes: "server-unavailable", status: "502",
		},
		{
			name: "503 with a Date 50 h ahead", response: misdatedResponse(503, "", 50),
			outcomes: "RRRRRRW", codes: "server-unavailable", status: "503",
		},
		{
			name: "503 with JSON and a Date 3 h ahead", response: misdatedResponse(503, `{"error":"unavailable"}`, 3),
			outcomes: "RRRRRRW", codes: "server-unavailable", status: "503 unavailable",
		},
		{
			name: "504 with a Date 50 h ahead", response: misdatedResponse(504, "", 50),
			outcomes: "RRRRRRW", codes: "server-unavailable", status: "504",
		},
		{
			name: "403 with plain text and a Date 50 h ahead", response: misdatedResponse(403, "not from here", 50),
			outcomes: "PPPPPPP", codes: "response-without-oauth-error other-server", status: "403",
		},
		{
			name: "login page with a Date 50 h ahead", response: withDate(htmlPage("<html>Please log in</html>"), 50),
			outcomes: "PPPPPPP", codes: "response-not-json", status: "200", value: "text/html",
		},
		{
			name: "200 with a Date 50 h ahead", response: withDate(optest.Fault{}, 50),
			outcomes: "PPPPPP-", codes: "clock-wrong", status: "200",
		},
		{
			name: "200 with a Date 50 h behind", response: withDate(optest.Fault{}, -50),
			outcomes: "PPPPPP-", codes: "clock-wrong", status: "200",
		},
		{
			name: "400 with an OAuth error and a Date 50 h ahead", response: misdatedResponse(400, invalidGrant, 50),
			outcomes: "PPPPPPP", codes: "clock-wrong", status: "400",
		},
		{name: "clock 2 s ahead", skew: 2 * time.Second, outcomes: "-------"},
		{name: "clock 2 s behind", skew: -2 * time.Second, outcomes: "-------"},
		{name: "clock 10 m ahead", skew: 10 * minute, outcomes: "-------"},
		{name: "clock 10 m behind", skew: -10 * minute, outcomes: "-------"},
		{name: "clock 2 h ahead", skew: 120 * minute, outcomes: "-------"},
		{name: "clock 2 h behind", skew: -120 * minute, outcomes: "-------"},
		{name: "clock 2 h ahead, detected late", skew: 120 * minute, cachedDiscovery: true, outcomes: "HH---H-"},
		{name: "clock 2 h behind, detected late", skew: -120 * minute, cachedDiscovery: true, outcomes: "HH---H-"},
		{
			name: "clock 3 days ahead", skew: 72 * time.Hour, status: "200",
			outcomes: "XXPXXXX", codes: "clock-wrong", value: textOf("clock-wrong", "skew", 72*time.Hour, "behind", false),
		},
		{
			name: "clock 3 days behind", skew: -72 * time.Hour, status: "200",
			outcomes: "XXPXXXX", codes: "clock-wrong", value: textOf("clock-wrong", "skew", 72*time.Hour, "behind", true),
		},
		{name: "old response from a cache", response: always(cached), outcomes: "-------"},
	}
}

// rejection returns the response with which ZITADEL rejects a request to an endpoint.
func rejection(_ *optest.Issuer, e optest.Endpoint) optest.Fault {
	if e == optest.Introspection {
		return response(200, `{"active":false}`)
	}
	if e == optest.UserInfo {
		return response(401, `{"error":"access_denied","error_description":"access token invalid"}`)
	}
	return response(400, invalidGrant)
}

// setInstance is how ZITADEL's 404 responses begin. It is all that v2.62 returns during an outage.
const setInstance = "unable to set instance using origin &{127.0.0.1:8080  http} (ExternalDomain is localhost)"

// notLoaded is the response that v2.71 to v4.13 return during an outage.
var notLoaded = response(404, setInstance+": ID=QUERY-d3fas Message=An internal error occurred Parent=("+
	"failed to connect to `user=zitadel database=zitadel`)")

// untrustedHost is the response to a request whose public host the instance does not trust.
var untrustedHost = response(404, setInstance+": ID=QUERY-IuGh1 Message=Instance not found.")

// unknownHost returns the body of the response to a request for an unknown host. message is in the
// instance's language.
func unknownHost(message string) string { return setInstance + ": ID=QUERY-1kIjX Message=" + message }

// Faults that a proxy or the network causes.
var (
	hiddenProbe = optest.Fault{Status: 404, Body: "<html>"}
	forbidden   = optest.Fault{Status: 403, Body: "<html>"}
	reset       = optest.Fault{Reset: true}
	cached      = optest.Fault{Header: http.Header{"Age": {"86400"}, "Date": {"Sat, 01 Jan 1994 00:00:00 GMT"}}}
)

// databaseDown is the response to a readiness check while the database is down.
var databaseDown = optest.Fault{Status: 412, Body: "ID=API-F24h2 Message=DB CONNECTION ERROR"}

// misdatedResponse is like [withDate], but takes the status and the body of the response.
func misdatedResponse(status int, body string, hours int) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return withDate(response(status, body), hours)
}

// withDate returns a function that returns f with a Date header that is ahead of the clock by the given
// number of hours, or behind the clock if the number is negative.
func withDate(f optest.Fault, hours int) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return func(*optest.Issuer, optest.Endpoint) optest.Fault {
		misdated := f
		date := time.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(http.TimeFormat)
		misdated.Header = http.Header{"Date": {date}}
		maps.Copy(misdated.Header, f.Header)
		return misdated
	}
}

// oauthError returns an OAuth error response.
func oauthError(status int, code, description string) optest.Fault {
	return response(status, fmt.Sprintf(`{"error":%q,"error_description":%q}`, code, description))
}

// serverError is ZITADEL's response to a request that causes an internal error.
var serverError = oauthError(500, "server_error", "Errors.Internal")

// invalidClient is ZITADEL's response to a token exchange if it rejects the client.
var invalidClient = oauthError(400, "invalid_client", "invalid assertion")

// exchangeDisabled is the error description that ZITADEL returns for a token exchange if the feature
// is disabled.
const exchangeDisabled = "Errors.TokenExchange.FeatureDisabled"

// allWrongTypes is a response body with a member of the wrong type for every kind of request.
const allWrongTypes = `{"access_token":1,"active":[],"issuer":{},"keys":"canary","sub":7}`

// invalidGrant is the body of ZITADEL's response to an assertion that it rejects.
const invalidGrant = `{"error":"invalid_grant","error_description":"invalid assertion"}`

// faultCase is one row of the table. At least one of response, dial and skew is set.
type faultCase struct {
	name            string
	response        func(*optest.Issuer, optest.Endpoint) optest.Fault // the endpoint's response
	dial            error                                              // error of each connection to the endpoint
	skew            time.Duration                                      // how far the server's clock is ahead
	cachedDiscovery bool                                               // whether a cache returns the discovery document
	readiness       *optest.Fault                                      // response to the readiness check
	attemptTime     time.Duration                                      // duration of each attempt
	retryAfter      time.Duration                                      // minimum wait before each retry
	outcomes        string                                             // one letter for each kind of request
	codes           string                                             // expected codes, separated by spaces
	status          string                                             // expected status, with the OAuth error
	value           string                                             // expected text in the diagnostic
}

// notReady returns the text of the message about an outage in which the server responds to the
// readiness check with the given status.
func notReady(status int) string { return notReadyBecause("status", "status", status) }

// notReadyBecause returns the text of the message about an outage in which the readiness check fails
// with the given fault.
func notReadyBecause(code string, values ...any) string {
	return textOf("server-not-ready", "path", "/debug/ready", "reason", fault.New(code, values...))
}

// clause returns the part of a message's text that stays the same when the text becomes part of a
// longer sentence. It leaves out the first letter, whose case can change, and the final period.
func clause(code string, values ...any) string {
	return strings.TrimSuffix(textOf(code, values...), ".")[1:]
}

// wrongType returns the [clause] of the message about a member of the wrong type.
func wrongType(member, found, expected string) string {
	return clause("member-type", "member", member, "found", found, "expected", expected)
}

// always returns a function that returns f for every endpoint.
func always(f optest.Fault) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return func(*optest.Issuer, optest.Endpoint) optest.Fault { return f }
}

// response returns a response with the given status and body.
func response(status int, body string) optest.Fault { return optest.Fault{Status: status, Body: body} }

// retryAfter returns a response with status 429 and the given Retry-After header.
func retryAfter(when string) optest.Fault {
	return optest.Fault{Status: 429, Body: "slow down", Header: http.Header{"Retry-After": {when}}}
}

// retryAfterDate returns a function that returns a response with status 429. The Retry-After header
// of the response is a date n seconds after the date in its Date header.
func retryAfterDate(n int) func(*optest.Issuer, optest.Endpoint) optest.Fault {
	return func(*optest.Issuer, optest.Endpoint) optest.Fault {
		now := time.Now().UTC()
		f := retryAfter(now.Add(time.Duration(n) * time.Second).Format(http.TimeFormat))
		f.Header.Set("Date", now.Format(http.TimeFormat))
		return f
	}
}

// redirect returns a redirect to the given URL.
func redirect(to string) optest.Fault {
	return optest.Fault{Status: 302, Header: http.Header{"Location": {to}}}
}

// htmlPage returns a response with status 200 whose Content-Type is HTML.
func htmlPage(body string) optest.Fault {
	return optest.Fault{Status: 200, Body: body, Header: http.Header{"Content-Type": {"text/html"}}}
}

// jsonResponse returns a response with status 200 whose Content-Type is JSON.
func jsonResponse(body string) optest.Fault {
	return optest.Fault{Status: 200, Body: body, Header: http.Header{"Content-Type": {"application/json"}}}
}

// tokenResponse returns a response with an access token and the given members, in JSON syntax.
func tokenResponse(members string) optest.Fault {
	return response(200, `{"access_token":"canary",`+members+`}`)
}

// foreignURL is the URL of a token endpoint whose origin differs from the issuer's.
const foreignURL = "https://other.example/oauth/v2/token"

// foreignEndpoint returns a discovery document that declares foreignURL as the token endpoint.
func foreignEndpoint(i *optest.Issuer, _ optest.Endpoint) optest.Fault {
	return response(200, `{"issuer":"`+i.URL+`","token_endpoint":"`+foreignURL+`"}`)
}

// gzipBomb returns a compressed response of a few kilobytes that expands to 10 MiB of JSON.
func gzipBomb() optest.Fault {
	var small bytes.Buffer
	writer := gzip.NewWriter(&small)
	_, err := io.Copy(writer, strings.NewReader(`{"active":true,"access_token":"`+strings.Repeat("a", 10<<20)+`"}`))
	if err := errors.Join(err, writer.Close()); err != nil {
		panic(fmt.Sprintf("writing to memory: %v", err))
	}
	f := jsonResponse(small.String())
	f.Header.Set("Content-Encoding", "gzip")
	return f
}

// Each fault must have a unique name, a cause, and a valid outcome for each kind of request.
func TestFaultTable(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, f := range faults() {
		if names[f.name] {
			t.Errorf("name %q is not unique", f.name)
		}
		names[f.name] = true
		if len(f.outcomes) != len(providerRequests()) || strings.Trim(f.outcomes, "RWLPENOXH-.") != "" {
			t.Errorf("%s: outcomes %q, want %d valid letters", f.name, f.outcomes, len(providerRequests()))
		}
		if f.response == nil && f.dial == nil && f.skew == 0 {
			t.Errorf("%s: none of response, dial and skew is set", f.name)
		}
	}
}

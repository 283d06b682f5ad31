package zitadel

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// response is the response to a request. If it is returned with an error, its body is incomplete.
type response struct {
	status    int
	header    http.Header
	body      []byte
	requestID string
}

// isJSON reports whether the response is declared as JSON and its body begins with "{".
func (resp *response) isJSON() bool {
	media := resp.mediaType()
	return (media == "application/json" || strings.HasSuffix(media, "+json")) &&
		bytes.HasPrefix(bytes.TrimSpace(resp.body), []byte("{"))
}

// oauthError returns the "error" and "error_description" members of the response (RFC 6749 section
// 5.2). It returns "" for a missing member.
func (resp *response) oauthError() (code, description string) {
	var members struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if !resp.isJSON() || json.Unmarshal(resp.body, &members) != nil {
		return "", ""
	}
	return members.Code, members.Description
}

// fromZITADEL reports whether the response recognizably comes from ZITADEL itself, so that its Date
// header shows ZITADEL's clock. Rate limits are attributed to a gateway.
func (resp *response) fromZITADEL() bool {
	if resp.fromGateway() || resp.status == http.StatusTooManyRequests {
		return false
	}
	if resp.status == http.StatusOK {
		return resp.isJSON() || len(resp.body) == 0
	}
	code, _ := resp.oauthError()
	return code != ""
}

// isRedirect reports whether the response is a redirect (RFC 9110 section 15.4).
func (resp *response) isRedirect() bool {
	switch resp.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return resp.status >= 300 && resp.status < 400 && resp.header.Get("Location") != ""
}

// unknownHost reports whether the response is ZITADEL's plain text response to a request for a host
// that none of its instances has. It searches for the error ID, because the language of the text
// varies.
func (resp *response) unknownHost() bool {
	return resp.status == http.StatusNotFound && !resp.isJSON() && bytes.Contains(resp.body, []byte("QUERY-1kIjX"))
}

// mediaType returns the media type of the response, or "" if it declares none.
func (resp *response) mediaType() string {
	media, _, err := mime.ParseMediaType(resp.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// kind returns what distinguishes a negative response from others: its status and its OAuth error.
func (resp *response) kind() string {
	code, _ := resp.oauthError()
	return strconv.Itoa(resp.status) + " " + code
}

// requiresTLS reports whether the response comes from a TLS port that received a plain HTTP
// request. It recognizes the error messages of Go, nginx and Apache.
func (resp *response) requiresTLS() bool {
	if resp.status != http.StatusBadRequest || resp.isJSON() {
		return false
	}
	for _, text := range []string{
		"HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port",
		"speaking plain HTTP to an SSL-enabled server port",
	} {
		if bytes.Contains(resp.body, []byte(text)) {
			return true
		}
	}
	return false
}

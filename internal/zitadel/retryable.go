package zitadel

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
)

// transient reports whether a response shows a failure from which the server or the gateway might
// recover.
func transient(req *request, resp *response) bool {
	switch {
	case resp.status == http.StatusTooManyRequests || resp.fromGateway():
		return true
	case resp.status == http.StatusInternalServerError:
		return req.method == http.MethodGet || !resp.isJSON()
	}
	return resp.status > 500 && req.method == http.MethodGet
}

// permanent reports whether an attempt that failed with err would fail again in the same way.
func permanent(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
	)
	return alert(err) != "" || errors.Is(err, errTooLarge) || isProxyFault(err) || errors.Is(err, context.Canceled) ||
		errors.As(err, &certificate) || errors.As(err, &record) || isTLSRecord(err)
}

// limited reports whether the response shows that the client was rate-limited: by status 429, or by
// any status with Retry-After.
func (resp *response) limited() bool {
	return resp != nil && (resp.status == http.StatusTooManyRequests || resp.retryAfter() > 0)
}

// fromGateway reports whether the response has a status that only a gateway in front of ZITADEL
// sends, because ZITADEL cannot be reached or is restarting.
func (resp *response) fromGateway() bool {
	switch resp.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

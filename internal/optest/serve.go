package optest

import (
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// databaseError is the cause ZITADEL names when it cannot reach its database.
const databaseError = "failed to connect to `user=zitadel database=zitadel`: connection refused"

// ServeHTTP answers one request. The issuer's own listener uses it; a test can
// call it from a listener of its own, such as one with TLS.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", i.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("X-Robots-Tag", "none")
	if e := endpointOf(r.URL.Path); e != "" {
		if err := i.traffic.record(e, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if i.limited(w) {
			return
		}
		if fault, ok := i.faults.next(e); ok && fault.serve(w, r) {
			return
		}
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/debug/"):
		i.serveDebug(w, r)
	case isOIDC(r.URL.Path):
		i.serveOIDC(w, r)
	default:
		// What ZITADEL's gateway to its gRPC API says.
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		write(w, `{"code":5, "message":"Not Found"}`)
	}
}

// isOIDC says whether a path belongs to the OIDC part of the server.
func isOIDC(path string) bool {
	return path == discoveryPath ||
		strings.HasPrefix(path, "/oauth/v2/") || strings.HasPrefix(path, "/oidc/v1/")
}

// serveDebug answers the probes, which work under any host name.
func (i *Issuer) serveDebug(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case readyPath, "/debug/validate":
		if i.databaseDown.Load() {
			http.Error(w, "ID=API-F24h2 Message=DB CONNECTION ERROR Parent=("+databaseError+")",
				http.StatusPreconditionFailed)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		write(w, "\"ok\"\n")
	case "/debug/healthz":
		write(w, "ok")
	default:
		http.NotFound(w, r)
	}
}

// serveOIDC finds out which host was asked and hands the request to the
// library.
func (i *Issuer) serveOIDC(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.Header().Set("Expires", i.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	release, origin := i.answersLike(), originOf(r)
	if release.sendsRequestID() {
		w.Header().Set("X-Request-Id", strings.ToLower(rand.Text()[:20]))
	}
	if i.databaseDown.Load() && !i.cached() {
		status, text := release.outage(origin, i.World.Domain)
		http.Error(w, text, status)
		return
	}
	if refusal := origin.refusal(i.World.Domain); refusal != "" {
		http.Error(w, refusal, http.StatusNotFound)
		return
	}
	if endpointOf(r.URL.Path) == JWKS {
		w.Header().Set("Cache-Control", "max-age=300, must-revalidate")
		w.Header().Del("Pragma")
		w.Header().Del("Expires")
	}
	w.Header().Add("Vary", "Cookie")
	http.SetCookie(w, &http.Cookie{
		Name: "zitadel.useragent", Value: rand.Text(), Path: "/", Domain: hostname(r.Host),
		MaxAge: int((365 * 24 * time.Hour).Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	i.oidc.ServeHTTP(w, r.WithContext(op.ContextWithIssuer(r.Context(), origin.issuer())))
}

// write sends a part of an answer. A client that does not wait for it is no
// concern of the server.
func write(w http.ResponseWriter, body string) { _, _ = io.WriteString(w, body) }

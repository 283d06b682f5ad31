package optest

import (
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// databaseError is the cause in ZITADEL's error messages while its database is down.
const databaseError = "failed to connect to `user=zitadel database=zitadel`: connection refused"

// ServeHTTP implements [http.Handler], so that a test can serve the issuer with a different
// server, for example over TLS.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", i.Now().UTC().Format(http.TimeFormat))
	w.Header().Set("X-Robots-Tag", "none")
	if e := endpointByPath(r.URL.Path); e != "" {
		if err := i.traffic.record(e, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if i.rejectOverLimit(w) {
			return
		}
		if fault, ok := i.faults.next(e); ok && fault.serve(w, r) {
			return
		}
	}
	if i.currentRelease().sendsRequestID() && !strings.HasPrefix(r.URL.Path, "/debug/") {
		w.Header().Set("X-Request-Id", strings.ToLower(rand.Text()[:20]))
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/debug/"):
		i.serveDebug(w, r)
	case isOIDC(r.URL.Path):
		i.serveOIDC(w, r)
	default:
		// ZITADEL's gRPC gateway sends this response.
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		write(w, `{"code":5, "message":"Not Found"}`)
	}
}

// isOIDC reports whether ZITADEL's OIDC handler serves the path.
func isOIDC(path string) bool {
	return path == discoveryPath ||
		strings.HasPrefix(path, "/oauth/v2/") || strings.HasPrefix(path, "/oidc/v1/")
}

// serveDebug serves the probes, which accept any host name.
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

// serveOIDC checks the origin of the request and passes the request to the zitadel/oidc
// library.
func (i *Issuer) serveOIDC(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.Header().Set("Expires", i.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	release, origin := i.currentRelease(), parseOrigin(r)
	if i.addsPort.Load() {
		origin = origin.withPort()
	}
	if i.databaseDown.Load() && !i.findsInstanceInCache() {
		status, text := release.outage(origin, i.World.Domain)
		http.Error(w, text, status)
		return
	}
	if text := origin.instanceError(i.World.Domain, r.Header.Get("Accept-Language")); text != "" {
		http.Error(w, text, http.StatusNotFound)
		return
	}
	if i.rejectMissingEndpoint(w, r) {
		return
	}
	if endpointByPath(r.URL.Path) == JWKS {
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

// write writes a part of a response body. It ignores the error, which occurs only if the
// client has disconnected.
func write(w http.ResponseWriter, body string) { _, _ = io.WriteString(w, body) }

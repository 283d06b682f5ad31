package optest

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is a wrong answer that an issuer gives on demand. The zero Fault does
// nothing: it lets a request through, which is of use in a queue.
type Fault struct {
	// Status, Header and Body make up the answer. Without a Status the issuer
	// gives its usual answer with that Header, unless another field forbids that.
	// A body that is JSON is sent as such, any other as text, unless Header says
	// otherwise.
	Status int
	Header http.Header
	Body   string
	// Delay is how long the issuer waits first. It ends early if the client
	// goes away.
	Delay time.Duration
	// Reset closes the connection without an answer.
	Reset bool
	// Cut announces Body, or a short JSON object if it is empty, and closes the
	// connection in the middle of it.
	Cut bool
	// Stall is like Cut, but leaves the connection open without another word.
	Stall bool
	// Drip sends Body, or a short JSON object if it is empty, a byte a second.
	Drip bool
	// Oversized sends a JSON object of 10 MiB.
	Oversized bool
	// Endless sends JSON, in chunks, for as long as the client reads.
	Endless bool
}

// oversizedLength is how long the body of an oversized answer is, a few bytes
// apart.
const oversizedLength = 10 << 20

// faults are the queued faults of each endpoint.
type faults struct {
	mu     sync.Mutex
	queued map[Endpoint][]Fault
}

// Fail gives the next requests to e, as many as times says, the answer f.
// Faults queued earlier come first.
func (i *Issuer) Fail(e Endpoint, times int, f Fault) {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	for range times {
		i.faults.queued[e] = append(i.faults.queued[e], f)
	}
}

// next takes the next fault out of an endpoint's queue.
func (f *faults) next(e Endpoint) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	queue := f.queued[e]
	if len(queue) == 0 {
		return Fault{}, false
	}
	f.queued[e] = queue[1:]
	return queue[0], true
}

// serve answers a request with the fault. It returns false if the usual answer
// is still to be given.
func (f Fault) serve(w http.ResponseWriter, r *http.Request) bool {
	pause(r, f.Delay)
	switch {
	case f.Reset:
		// net/http's way to close a connection from within a handler.
		panic(http.ErrAbortHandler)
	case f.Cut:
		f.begin(w)
		panic(http.ErrAbortHandler)
	case f.Stall:
		f.begin(w)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Drip:
		f.drip(w, r)
	case f.Endless:
		f.writeHead(w, "application/json")
		flood(w, r, " ", math.MaxInt)
		panic(http.ErrAbortHandler)
	case f.Oversized:
		f.writeHead(w, "application/json")
		write(w, `{"access_token":"`)
		flood(w, r, "a", oversizedLength)
		write(w, `"}`)
	case f.Status != 0:
		contentType := "text/plain; charset=utf-8"
		if json.Valid([]byte(f.Body)) {
			contentType = "application/json"
		}
		f.writeHead(w, contentType)
		write(w, f.Body)
	default:
		f.addHeader(w)
		return false
	}
	return true
}

// flood sends a letter so many times, as long as the client reads.
func flood(w http.ResponseWriter, r *http.Request, letter string, times int) {
	piece := strings.Repeat(letter, 32<<10)
	for sent := 0; sent < times && r.Context().Err() == nil; sent += len(piece) {
		write(w, piece[:min(len(piece), times-sent)])
	}
}

// pause waits, unless the client goes away.
func pause(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// body is what a fault without a body sends in pieces.
func (f Fault) body() string {
	if f.Body == "" {
		return `{"access_token":"cut","token_type":"Bearer"}`
	}
	return f.Body
}

// begin announces the body and sends the first half of it.
func (f Fault) begin(w http.ResponseWriter) {
	body := f.body()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	f.writeHead(w, "application/json")
	write(w, body[:len(body)/2])
	flush(w)
}

func (f Fault) drip(w http.ResponseWriter, r *http.Request) {
	f.writeHead(w, "application/json")
	for _, b := range []byte(f.body()) {
		write(w, string(b))
		flush(w)
		pause(r, time.Second)
	}
}

// flush sends what was written, without which the client would see no answer at
// all. If that fails the connection is gone already.
func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// writeHead writes status and header, with a content type where f sets none.
func (f Fault) writeHead(w http.ResponseWriter, contentType string) {
	w.Header().Set("Content-Type", contentType)
	f.addHeader(w)
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
}

func (f Fault) addHeader(w http.ResponseWriter) {
	for name, values := range f.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
}

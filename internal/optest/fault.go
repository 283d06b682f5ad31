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

// Fault describes how a response fails. Tests queue faults with [Issuer.Fail]. The zero Fault
// leaves the response unchanged, so it postpones the faults that are queued after it by one
// request.
type Fault struct {
	// Status, Header and Body are sent as the response. Unless Header sets the content type,
	// it is application/json if Body is valid JSON, and text/plain otherwise. If Status is
	// zero and none of the fields from Reset to Endless is set, the issuer sends its normal
	// response with Header added.
	Status int
	Header http.Header
	Body   string
	// Delay is how long the issuer waits before it responds. The wait ends early if the client
	// disconnects.
	Delay time.Duration
	// Reset closes the connection without a response.
	Reset bool
	// Cut sends half of Body, or of a short JSON object if Body is empty, and closes the
	// connection. Content-Length is the length of the whole body.
	Cut bool
	// Stall is like Cut, but keeps the connection open.
	Stall bool
	// Drip sends Body, or a short JSON object if Body is empty, at one byte per second.
	Drip bool
	// Oversized sends a JSON object of slightly more than 10 MiB.
	Oversized bool
	// Endless sends spaces as application/json until the client disconnects.
	Endless bool
}

// oversizedLength is the length of the string in an oversized response.
const oversizedLength = 10 << 20

// faults contains the queued faults of each endpoint.
type faults struct {
	mu     sync.Mutex
	queued map[Endpoint][]Fault
}

// Fail makes the next count requests to e fail with f, after any faults that are already
// queued.
func (i *Issuer) Fail(e Endpoint, count int, f Fault) {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	for range count {
		i.faults.queued[e] = append(i.faults.queued[e], f)
	}
}

// next removes the next fault from the queue of an endpoint and returns it.
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

// serve responds with the fault. It returns false if the caller must send the normal
// response.
func (f Fault) serve(w http.ResponseWriter, r *http.Request) bool {
	pause(r, f.Delay)
	switch {
	case f.Reset:
		// net/http recovers from this panic and closes the connection.
		panic(http.ErrAbortHandler)
	case f.Cut:
		f.writeHalf(w)
		panic(http.ErrAbortHandler)
	case f.Stall:
		f.writeHalf(w)
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Drip:
		f.drip(w, r)
	case f.Endless:
		f.writeHead(w, "application/json")
		writeRepeated(w, r, " ", math.MaxInt)
		panic(http.ErrAbortHandler)
	case f.Oversized:
		f.writeHead(w, "application/json")
		write(w, `{"access_token":"`)
		writeRepeated(w, r, "a", oversizedLength)
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

// writeRepeated writes letter count times, but stops if the client disconnects.
func writeRepeated(w http.ResponseWriter, r *http.Request, letter string, count int) {
	chunk := strings.Repeat(letter, 32<<10)
	for written := 0; written < count && r.Context().Err() == nil; written += len(chunk) {
		write(w, chunk[:min(len(chunk), count-written)])
	}
}

// pause waits for d. If the client disconnects first, it panics with http.ErrAbortHandler.
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

// body returns Body, or a short JSON object if Body is empty.
func (f Fault) body() string {
	if f.Body == "" {
		return `{"access_token":"cut","token_type":"Bearer"}`
	}
	return f.Body
}

// writeHalf writes the header, in which Content-Length is the length of the whole body, and
// half of the body.
func (f Fault) writeHalf(w http.ResponseWriter) {
	body := f.body()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	f.writeHead(w, "application/json")
	write(w, body[:len(body)/2])
	flush(w)
}

// drip writes the body at one byte per second.
func (f Fault) drip(w http.ResponseWriter, r *http.Request) {
	f.writeHead(w, "application/json")
	for _, b := range []byte(f.body()) {
		write(w, string(b))
		flush(w)
		pause(r, time.Second)
	}
}

// flush sends what has been written so far. It ignores the error, which occurs only if the
// connection is closed.
func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// writeHead writes the status and the header. The content type is contentType unless Header
// sets one.
func (f Fault) writeHead(w http.ResponseWriter, contentType string) {
	w.Header().Set("Content-Type", contentType)
	f.addHeader(w)
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
}

// addHeader adds Header to the response.
func (f Fault) addHeader(w http.ResponseWriter) {
	for name, values := range f.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
}

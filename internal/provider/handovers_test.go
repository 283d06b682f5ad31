package provider_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// handovers records the scopes of the tokens that an issuer issues, and to which
// services a configuration hands them: those of other providers, whose stand-ins
// send them to the issuer, and gateways, which receive them in a header.
type handovers struct {
	issuer *optest.Issuer

	mu       sync.Mutex
	scopes   map[string]string          // by token
	received map[string]map[string]bool // tokens, by service
}

// recordHandovers starts an issuer of its own for one test.
func recordHandovers(t *testing.T) (*optest.Issuer, *handovers) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	h := &handovers{
		issuer: optest.New("http://"+server.Listener.Addr().String(), world()),
		scopes: map[string]string{}, received: map[string]map[string]bool{},
	}
	if evidence != "" {
		h.issuer.OnSecret(known.add)
	}
	server.Config.Handler = h
	server.Start()
	t.Cleanup(server.Close)
	return h.issuer, h
}

// ServeHTTP implements [http.Handler].
func (h *handovers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.receive(r.Header)
	r.Body = io.NopCloser(bytes.NewReader(body))
	response := httptest.NewRecorder()
	h.issuer.ServeHTTP(response, r)
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	if json.Unmarshal(response.Body.Bytes(), &issued) == nil && issued.AccessToken != "" {
		form, _ := url.ParseQuery(string(body))
		h.mu.Lock()
		h.scopes[issued.AccessToken] = form.Get("scope")
		h.mu.Unlock()
	}
	maps.Copy(w.Header(), response.Header())
	w.WriteHeader(response.Code)
	_, _ = w.Write(response.Body.Bytes())
}

// receive records the tokens in the headers of a request, unless the provider uses
// them there itself.
func (h *handovers) receive(header http.Header) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, values := range header {
		service, other := strings.CutPrefix(header.Get("User-Agent"), "standin/")
		if !other {
			service = "header " + name
		}
		token := strings.TrimPrefix(values[0], "Bearer ")
		if _, known := h.scopes[token]; known && (other || name != "Authorization") {
			if h.received[service] == nil {
				h.received[service] = map[string]bool{}
			}
			h.received[service][token] = true
		}
	}
}

// check compares the services that received a token with those that should, and
// the scopes of each token with what its service needs.
func (h *handovers) check(t *testing.T, w *optest.World, services []string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if got := sortedKeys(h.received); !slices.Equal(got, services) {
		t.Errorf("tokens are handed to %v, want %v", got, services)
	}
	const prefix, api = "urn:zitadel:iam:org:project:id:", "urn:zitadel:iam:org:project:id:zitadel:aud"
	needed := []string{prefix + w.Project.ID + ":aud", prefix + w.OIDC.ClientID + ":aud"} // the latter for revocation
	for service, tokens := range h.received {
		for token := range tokens {
			scopes := strings.Fields(h.scopes[token])
			if service == "zitadel" { // the official provider
				if !slices.Contains(scopes, api) {
					t.Errorf("the token for ZITADEL's own API has the scopes %q", scopes)
				}
				continue
			}
			for _, scope := range scopes {
				if !slices.Contains(needed, scope) {
					t.Errorf("the token for %s has the scope %s, which that service does not need", service, scope)
				}
			}
		}
	}
}

var (
	sourcePattern  = regexp.MustCompile(`source = "([\w-]+)/([\w-]+)"`)
	gatewayPattern = regexp.MustCompile(`transport_headers = \{ ([\w-]+) = [\w.]+\.access_token \}`)
	tokenPattern   = regexp.MustCompile(`(?s)((?:# [^\n]*\n)*)(?:data|ephemeral) "zitadel_access_token" [^{]*\{(.*?)\n\}`)
)

// recipients returns the services to which an example hands a token, by its text:
// those of other providers, and gateways.
func recipients(t *testing.T, example string) (services []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(exampleRoot, example, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range files {
		content := text(t, at)
		for _, source := range sourcePattern.FindAllStringSubmatch(content, -1) {
			if source[1] != "zitadel-tokens" {
				services = append(services, source[2])
			}
		}
		for _, header := range gatewayPattern.FindAllStringSubmatch(content, -1) {
			services = append(services, "header "+header[1])
		}
	}
	slices.Sort(services)
	return services
}

// An example that hands a token to a foreign service requests only what that
// service needs, and has a comment that explains why.
func TestExamplesOfForeignServices(t *testing.T) {
	whole, pages := examples(t)
	foreign := 0
	for _, name := range slices.Concat(whole, pages) {
		services := recipients(t, name)
		if len(services) == 0 || slices.Equal(services, []string{"zitadel"}) {
			continue
		}
		foreign++
		t.Run(name, func(t *testing.T) {
			block := tokenPattern.FindStringSubmatch(text(t, filepath.Join(exampleRoot, name, "main.tf")))
			if block == nil {
				t.Fatal("no block requests a token")
			}
			if !hasAll(strings.ReplaceAll(block[1], "\n# ", " "), "ZITADEL's own API", "act as this service account") {
				t.Errorf("the comment does not explain the audience: %q", block[1])
			}
			if !hasAll(block[2], "project_ids = [var.project_id]", "scopes      = []") {
				t.Errorf("the block requests more than one project: %s", block[2])
			}
		})
	}
	if foreign < 4 {
		t.Errorf("only %d examples of foreign services", foreign)
	}
}

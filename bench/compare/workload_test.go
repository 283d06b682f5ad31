package compare

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// workload is an operation that a plan repeats: a block or a function call.
type workload struct {
	name       string
	block      string  // type of the block
	body       string  // arguments of the block, which may contain ${count.index}
	expression string  // function call, used instead of a block; may contain ${n}
	target     float64 // maximum ratio of this provider's CPU time to that of the floor, which is the baseline
	// requiredCPU, if not nil, returns the CPU time, in seconds, of work that any provider must
	// do, but the floor does not. It is added to the floor's CPU time.
	requiredCPU func(tb testing.TB, count int) float64
}

// hcl returns a configuration that contains count copies of the operation.
func (w workload) hcl(kind string, count int) string {
	if w.expression != "" {
		return fmt.Sprintf("output \"n\" {\n  value = length([for n in range(%d) : %s])\n}\n", count, w.expression)
	}
	return fmt.Sprintf("%s %q \"this\" {\n  count = %d\n%s}\n", kind, w.block, count, w.body)
}

// workloads returns all workloads, for plans with up to count blocks. In the first workload,
// all access tokens have the same scopes.
func (f *fixture) workloads(count int) []workload {
	w := f.issuer.World
	opaque := f.writeTokens("opaque", w.Service.KeyJSON(), count)
	jwt := f.writeTokens("jwt", w.ServiceJWT.KeyJSON(), count)
	application := f.write("application.json", w.API.KeyJSON())
	return []workload{
		{
			name: "access tokens, equal scopes", block: "zitadel_access_token", target: 1.1,
			body: fmt.Sprintf("  project_ids = [%q]\n", w.Project.ID),
		},
		{
			name: "access tokens, different scopes", block: "zitadel_access_token", target: 1.1,
			body: "  scopes = [\"urn:zitadel:iam:org:project:role:role${count.index}\"]\n",
		},
		{
			name: "client assertions", block: "zitadel_client_assertion", target: 1.1,
			requiredCPU: signatureCPU,
		},
		{
			name: "introspections, different tokens", block: "zitadel_introspection", target: 1.15,
			body: fmt.Sprintf("  token       = file(\"%s/${count.index}\")\n", opaque) +
				fmt.Sprintf("  credentials = { key_file = %q }\n", application),
		},
		{
			name: "local verifications", block: "zitadel_token_verification", target: 1.1,
			body: fmt.Sprintf("  token             = file(\"%s/${count.index}\")\n", jwt) +
				"  required_audience = []\n",
		},
		{
			name: "calls of decode_jwt", target: 1.15,
			expression: fmt.Sprintf("provider::zitadel::decode_jwt(file(\"%s/${n}\"))", jwt),
		},
	}
}

// writeTokens requests count different tokens and writes them to files named 0 to count-1 in
// folder. It returns the folder's path.
func (f *fixture) writeTokens(folder string, keyJSON []byte, count int) string {
	k, err := key.Parse(keyJSON)
	if err != nil {
		f.tb.Fatal(err)
	}
	client := &zitadel.Client{Issuer: f.issuer.URL}
	each(f.tb, count, runtime.NumCPU(), func(n int) error {
		token, err := client.AccessToken(f.tb.Context(), zitadel.TokenRequest{
			Credentials: zitadel.Credentials{Key: k},
			Scopes: []string{
				fmt.Sprintf("urn:zitadel:iam:org:project:id:%s:aud", f.issuer.World.Project.ID),
				fmt.Sprintf("urn:zitadel:iam:org:project:id:%d:aud", n),
			},
		})
		if err == nil {
			f.write(filepath.Join(folder, fmt.Sprint(n)), []byte(token.AccessToken.Reveal()))
		}
		return err
	})
	return filepath.Join(f.folder, folder)
}

// signatureCPU creates count RSA signatures on all cores and returns the CPU time in seconds.
func signatureCPU(tb testing.TB, count int) float64 {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	digest := sha256.Sum256([]byte("any text"))
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		tb.Fatal(err)
	}
	each(tb, count, runtime.NumCPU(), func(int) error {
		_, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, digest[:])
		return err
	})
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		tb.Fatal(err)
	}
	return float64(after.Utime.Nano()+after.Stime.Nano()-before.Utime.Nano()-before.Stime.Nano()) / 1e9
}

// each calls do once for each number from 0 to count-1, with up to parallelism calls at a
// time. An error fails the benchmark.
func each(tb testing.TB, count, parallelism int, do func(n int) error) {
	var all sync.WaitGroup
	next := make(chan int)
	for range parallelism {
		all.Go(func() {
			for n := range next {
				if err := do(n); err != nil {
					tb.Error(err)
				}
			}
		})
	}
	for n := range count {
		next <- n
	}
	close(next)
	all.Wait()
}

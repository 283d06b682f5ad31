package provider_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"
)

// evidence is the folder of what the run leaves behind, in which leaks searches
// in the end. It is "" where no CLI is run, or a live instance is asked.
var evidence string

// collect lets the tests log at TRACE, and keeps what they log and store.
func collect() (err error) {
	if os.Getenv("TF_ACC") == "" || os.Getenv("ZITADEL_TEST_ISSUER") != "" {
		return nil
	}
	if evidence, err = os.MkdirTemp("", "evidence-"); err != nil {
		return err
	}
	temporary = append(temporary, evidence)
	for _, folder := range []string{"logs", "output", "work", "protocol"} {
		if err := os.Mkdir(filepath.Join(evidence, folder), 0o700); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{
		"TF_ACC_LOG": "TRACE", "TF_LOG": "TRACE", "TF_LOG_PATH_MASK": filepath.Join(evidence, "logs", "%s.log"),
		"TF_ACC_TEMP_DIR": filepath.Join(evidence, "work"), "TF_ACC_PERSIST_WORKING_DIR": "1",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// traces opens the file of what a test logs or prints.
func traces(t testing.TB, folder, name string) *os.File {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(evidence, folder, strings.ReplaceAll(t.Name(), "/", "__")+"."+name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// printed keeps what a practitioner reads.
func printed(t testing.TB, name, text string) {
	t.Helper()
	if evidence == "" || text == "" {
		return
	}
	f := traces(t, "output", name)
	defer f.Close()
	if _, err := f.WriteString(text + "\n"); err != nil {
		t.Fatal(err)
	}
}

// heard keeps diagnostics.
func (p *process) heard(found []*tfprotov6.Diagnostic) diagnostics {
	p.t.Helper()
	if !p.quiet {
		printed(p.t, "diagnostics", diagnostics(found).String())
	}
	return found
}

// logged lets a call of the provider log at TRACE, as the SDK does when a CLI
// makes it.
func (p *process) logged(ctx context.Context) context.Context {
	p.t.Helper()
	if evidence == "" || p.quiet {
		return ctx
	}
	p.logs.Do(func() {
		f := traces(p.t, "logs", "protocol")
		p.t.Cleanup(func() { _ = f.Close() })
		p.log = f
	})
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(ctx, p.log), p.log)
}

// hide adds the arguments that are marked sensitive to the secrets of the run.
func (p *process) hide(schema *tfprotov6.Schema, block object) {
	if p.quiet {
		return
	}
	for path, attribute := range attributes(schema) {
		if !attribute.Sensitive {
			continue
		}
		var value any = block
		for name := range strings.SplitSeq(path, ".") {
			within, _ := value.(object)
			value = within[name]
		}
		for _, secret := range texts(value) {
			switch parsed, err := url.Parse(secret); {
			case strings.HasSuffix(path, "key_json") && !strings.Contains(secret, "PRIVATE KEY"):
				continue // a key that is none
			case path == "proxy_url" && err == nil:
				secret, _ = parsed.User.Password()
			}
			known.add("argument "+path, secret)
		}
	}
}

// texts are a string, or the strings of an object.
func texts(value any) (all []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case object:
		for _, each := range value {
			all = append(all, texts(each)...)
		}
	}
	return all
}

// plant adds the secrets of the world to those of the run.
func plant() {
	w := world()
	for name, secret := range map[string]string{
		"secret of a service account": w.Service.Secret, "secret of a JWT service account": w.ServiceJWT.Secret, "personal access token": w.Service.PAT,
		"secret of an API application": w.APIBasic.Secret, "secret of another API application": w.OtherAPIBasic.Secret,
		"secret of an OIDC application": w.OIDC.Secret, "secret of another OIDC application": w.OIDCBasic.Secret,
	} {
		known.add(name, secret)
	}
	for name, key := range map[string][]byte{
		"key of a service account": w.Service.KeyJSON(), "key of a JWT service account": w.ServiceJWT.KeyJSON(),
		"key of a service account without a grant": w.ServiceNoGrant.KeyJSON(), "key of an API application": w.API.KeyJSON(),
		"key of another API application": w.OtherAPI.KeyJSON(), "key of an OIDC application": w.OIDC.KeyJSON(),
	} {
		known.add(name, string(key))
	}
}

package acctest

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

// evidence is the path of the folder with everything that a run printed, logged and
// stored. It is empty if TF_ACC is not set, or if the tests use a live instance.
var evidence string

// Folders of the evidence.
const (
	logFolder      = "logs"     // logs of the CLI and the provider
	outputFolder   = "output"   // output of the CLI, and diagnostics
	workFolder     = "work"     // configurations, states and plan files
	protocolFolder = "protocol" // messages of the plugin protocol
)

// collectEvidence creates the folder and makes the tests log to it at level TRACE. It does
// nothing if TF_ACC is not set, or if the tests use a live instance.
func collectEvidence() (err error) {
	if os.Getenv("TF_ACC") == "" || IsLive() {
		return nil
	}
	if evidence, err = os.MkdirTemp("", "evidence-"); err != nil {
		return err
	}
	temporaryFolders = append(temporaryFolders, evidence)
	for _, folder := range []string{logFolder, outputFolder, workFolder, protocolFolder} {
		if err := os.Mkdir(filepath.Join(evidence, folder), 0o700); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{
		"TF_ACC_LOG": "TRACE", "TF_LOG": "TRACE", "TF_LOG_PATH_MASK": filepath.Join(evidence, logFolder, "%s.log"),
		"TF_ACC_TEMP_DIR": filepath.Join(evidence, workFolder), "TF_ACC_PERSIST_WORKING_DIR": "1",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// ProtocolFolder returns the folder for the messages of the plugin protocol. Tests set
// TF_LOG_SDK_PROTO_DATA_DIR to it.
func ProtocolFolder() string { return filepath.Join(evidence, protocolFolder) }

// evidencePath returns the path of a test's file in a folder of the evidence.
func evidencePath(t testing.TB, folder, extension string) string {
	return filepath.Join(evidence, folder, strings.ReplaceAll(t.Name(), "/", "__")+"."+extension)
}

// openEvidence opens a test's file in a folder of the evidence for appending.
func openEvidence(t testing.TB, folder, extension string) *os.File {
	t.Helper()
	path := evidencePath(t, folder, extension)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// RecordOutput stores text that users see, so that the leak search covers it. name is
// the command that printed the text, or "diagnostics".
func RecordOutput(t testing.TB, name, text string) {
	t.Helper()
	if evidence == "" || text == "" {
		return
	}
	f := openEvidence(t, outputFolder, name)
	defer f.Close()
	if _, err := f.WriteString(text + "\n"); err != nil {
		t.Fatal(err)
	}
}

// Record stores diagnostics for the leak search, and returns them.
func (p *Process) Record(found []*tfprotov6.Diagnostic) Diagnostics {
	p.T.Helper()
	if !p.quiet {
		RecordOutput(p.T, "diagnostics", Diagnostics(found).String())
	}
	return found
}

// LogContext returns a context for a call to the server. If evidence is collected, the
// context makes the server log at level TRACE, as it does for calls from the CLI.
func (p *Process) LogContext(ctx context.Context) context.Context {
	p.T.Helper()
	if evidence == "" || p.quiet {
		return ctx
	}
	p.logs.Do(func() {
		f := openEvidence(p.T, logFolder, "protocol")
		p.T.Cleanup(func() { _ = f.Close() })
		p.log = f
	})
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(ctx, p.log), p.log)
}

// addSensitiveArguments adds the sensitive arguments of a block to the secrets of the
// run.
func (p *Process) addSensitiveArguments(schema *tfprotov6.Schema, block Object) {
	if p.quiet {
		return
	}
	for path, attribute := range Attributes(schema) {
		if !attribute.Sensitive {
			continue
		}
		var value any = block
		for name := range strings.SplitSeq(path, ".") {
			within, _ := value.(Object)
			value = within[name]
		}
		for _, secret := range stringsIn(value) {
			switch parsed, err := url.Parse(secret); {
			case strings.HasSuffix(path, "key_json") && !strings.Contains(secret, "PRIVATE KEY"):
				continue // an invalid key, which is not secret
			case path == "proxy_url" && err == nil:
				secret, _ = parsed.User.Password()
			}
			AddSecret("argument "+path, secret)
		}
	}
}

// stringsIn returns all strings in a value, which may be a string or an object.
func stringsIn(value any) (all []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case Object:
		for _, each := range value {
			all = append(all, stringsIn(each)...)
		}
	}
	return all
}

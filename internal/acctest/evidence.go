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

// artifactFolder is the path of a folder that contains everything that the tests printed, logged
// and stored. It is empty if TF_ACC is not set, or if the tests use a live instance.
var artifactFolder string

// Subfolders of artifactFolder.
const (
	logFolder      = "logs"     // logs of the CLI and the provider
	outputFolder   = "output"   // output of the CLI, and diagnostics
	workFolder     = "work"     // configurations, states and plan files
	protocolFolder = "protocol" // messages of the plugin protocol
)

// collectArtifacts creates artifactFolder and makes the tests log to it at level TRACE. It does
// nothing if TF_ACC is not set, or if the tests use a live instance.
func collectArtifacts() (err error) {
	if os.Getenv("TF_ACC") == "" || IsLive() {
		return nil
	}
	if artifactFolder, err = os.MkdirTemp("", "artifacts-"); err != nil {
		return err
	}
	temporaryFolders = append(temporaryFolders, artifactFolder)
	for _, folder := range []string{logFolder, outputFolder, workFolder, protocolFolder} {
		if err := os.Mkdir(filepath.Join(artifactFolder, folder), 0o700); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{
		"TF_ACC_LOG": "TRACE", "TF_LOG": "TRACE", "TF_LOG_PATH_MASK": filepath.Join(artifactFolder, logFolder, "%s.log"),
		"TF_ACC_TEMP_DIR": filepath.Join(artifactFolder, workFolder), "TF_ACC_PERSIST_WORKING_DIR": "1",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// ProtocolFolder returns the path of the folder for plugin protocol messages. Tests set
// TF_LOG_SDK_PROTO_DATA_DIR to this path.
func ProtocolFolder() string { return filepath.Join(artifactFolder, protocolFolder) }

// artifactPath returns the path of the test's file with the given extension in a subfolder of
// artifactFolder.
func artifactPath(t testing.TB, folder, extension string) string {
	return filepath.Join(artifactFolder, folder, strings.ReplaceAll(t.Name(), "/", "__")+"."+extension)
}

// openArtifact opens the file at artifactPath, to append to it.
func openArtifact(t testing.TB, folder, extension string) *os.File {
	t.Helper()
	path := artifactPath(t, folder, extension)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// RecordOutput stores text that users see, so that [Run] searches it for secrets. name is the
// command that printed the text, or "diagnostics".
func RecordOutput(t testing.TB, name, text string) {
	t.Helper()
	if artifactFolder == "" || text == "" {
		return
	}
	f := openArtifact(t, outputFolder, name)
	defer f.Close()
	if _, err := f.WriteString(text + "\n"); err != nil {
		t.Fatal(err)
	}
}

// Record stores diagnostics, so that [Run] searches them for secrets, and returns them.
func (p *Process) Record(found []*tfprotov6.Diagnostic) Diagnostics {
	p.T.Helper()
	if !p.quiet {
		RecordOutput(p.T, "diagnostics", Diagnostics(found).String())
	}
	return found
}

// LogContext returns a context for a call to the server. If artifacts are collected, the context
// makes the server log the call at level TRACE, as it does for calls from the CLI.
func (p *Process) LogContext(ctx context.Context) context.Context {
	p.T.Helper()
	if artifactFolder == "" || p.quiet {
		return ctx
	}
	p.logs.Do(func() {
		f := openArtifact(p.T, logFolder, "protocol")
		p.T.Cleanup(func() { _ = f.Close() })
		p.log = f
	})
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(ctx, p.log), p.log)
}

// addSensitiveArguments adds the values of a block's sensitive arguments to the run's secrets.
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
				continue // an invalid key is not secret
			case path == "proxy_url" && err == nil:
				secret, _ = parsed.User.Password()
			}
			AddSecret("argument "+path, secret)
		}
	}
}

// stringsIn returns the strings in value: value itself if it is a string, or all strings in an
// [Object].
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

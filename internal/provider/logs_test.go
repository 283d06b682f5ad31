package provider_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// logs collects what the CLI and the provider log at TRACE in all acceptance
// tests, and looks through it in the end. It returns what is found: each secret
// that went in by its name, and the file.
func logs() (search func() []string, err error) {
	if os.Getenv("TF_ACC") == "" || os.Getenv("ZITADEL_TEST_ISSUER") != "" {
		return func() []string { return nil }, nil
	}
	folder, err := os.MkdirTemp("", "logs-")
	if err != nil {
		return nil, err
	}
	binaries = append(binaries, folder)
	for name, value := range map[string]string{"TF_ACC_LOG": "TRACE", "TF_LOG": "TRACE", "TF_LOG_PATH_MASK": filepath.Join(folder, "%s.log")} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	return func() []string { return searchLogs(folder) }, nil
}

func searchLogs(folder string) (found []string) {
	files, err := filepath.Glob(filepath.Join(folder, "*.log"))
	whole := flag.Lookup("test.run").Value.String() == ""
	if err != nil || whole && len(files) < 10 {
		return []string{fmt.Sprintf("only %d logs were written, so nothing is shown", len(files))}
	}
	for _, each := range files {
		content, err := os.ReadFile(each)
		if err != nil {
			return []string{err.Error()}
		}
		for name, secret := range planted() {
			if strings.Contains(string(content), secret) {
				found = append(found, fmt.Sprintf("the %s is in the log of %s: %s", name, filepath.Base(each), around(string(content), secret)))
			}
		}
	}
	return found
}

// planted are the secrets of the world, by name.
var planted = sync.OnceValue(func() map[string]string {
	w := world()
	secrets := map[string]string{
		"secret of the service account": w.Service.Secret, "secret of the JWT service account": w.ServiceJWT.Secret,
		"secret of the API application": w.APIBasic.Secret, "secret of the OIDC application": w.OIDC.Secret, "PAT": w.Service.PAT,
	}
	for name, key := range map[string][]byte{
		"key of the service account": w.Service.KeyJSON(), "key of the JWT service account": w.ServiceJWT.KeyJSON(),
		"key of the API application": w.API.KeyJSON(), "key of the OIDC application": w.OIDC.KeyJSON(),
	} {
		var member struct {
			Key string `json:"key"`
		}
		if json.Unmarshal(key, &member) == nil {
			secrets[name] = strings.Split(member.Key, "\n")[3]
		}
	}
	return secrets
})

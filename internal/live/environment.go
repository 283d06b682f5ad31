package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// environmentFile returns the path of the file that sets the variables.
func (p *preparation) environmentFile() string { return filepath.Join(p.folder, "env") }

// createFolder creates the folder. It also removes the environment file of an earlier run, which
// would otherwise remain if this run failed.
func (p *preparation) createFolder() error {
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return err
	}
	folder, err := filepath.Abs(p.folder)
	if err != nil {
		return err
	}
	p.folder = folder
	if err := os.Remove(p.environmentFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// setVariable adds the variable ZITADEL_TEST_<name> to the environment file.
func (p *preparation) setVariable(name, value string) {
	quoted := strings.ReplaceAll(value, "'", `'\''`)
	p.variables = append(p.variables, fmt.Sprintf("export ZITADEL_TEST_%s='%s'\n", name, quoted))
}

// writeEnvironment writes the environment file.
func (p *preparation) writeEnvironment() {
	const unset = "unset ZITADEL_TEST_CONNECT_URL\n"
	p.writeFile(p.environmentFile(), []byte(unset+strings.Join(p.variables, "")))
}

// writeFile writes a file, unless an earlier step has failed. It first removes an existing file,
// because overwriting that file would keep its permissions.
func (p *preparation) writeFile(path string, content []byte) {
	if p.err != nil {
		return
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		p.err = err
		return
	}
	p.err = os.WriteFile(path, content, 0o600)
}

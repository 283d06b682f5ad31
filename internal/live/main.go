// Command live prepares a ZITADEL instance for "make testlive". It creates the projects, service
// accounts and applications that the acceptance tests need. It writes their keys to a folder, along
// with a file that sets the tests' environment variables. The command can be started as soon as
// /debug/ready returns 200.
//
// Each run creates new objects and deletes none. The command must not import the provider, because
// the setup of the tests must not depend on the code under test.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	issuer := flag.String("issuer", "http://localhost:8080",
		"`URL` of the instance, identical to the issuer of its tokens")
	folder := flag.String("folder", "",
		"`folder` for the keys and for the file \"env\", which sets the environment variables")
	tokenFile := flag.String("token-file", "",
		"`file` with a personal access token of an instance administrator (IAM_OWNER)")
	flag.Parse()
	if *folder == "" || *tokenFile == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &preparation{
		suffix:  strings.ToLower(rand.Text()[:6]),
		expires: time.Now().AddDate(0, 0, 30),
		folder:  *folder,
	}
	if err := run(ctx, p, *issuer, *tokenFile); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
	fmt.Printf("Prepared %s. All new names end with %q. The environment variables are in %s.\n",
		p.issuer, p.suffix, p.environmentFile())
}

// run prepares the instance. tokenFile contains the administrator's token.
func run(ctx context.Context, p *preparation, issuer, tokenFile string) error {
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return err
	}
	p.api = api{
		ctx: ctx,
		client: &http.Client{
			Timeout: 30 * time.Second,
			// A redirect could send the token to a different server.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		issuer: issuer,
		token:  strings.TrimSpace(string(token)),
		sleep:  sleep,
	}
	return p.prepare()
}

// checkIssuer returns an error if requests to issuer would send the token over a network in
// plain text.
func checkIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err == nil && (u.Scheme == "https" || u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()) {
		return nil
	}
	return errors.New("-issuer must be an https URL, because requests contain an administrator's token " +
		"(plain http is allowed only for this machine)")
}

package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// parallelism is how much a CLI does at once unless it is told otherwise.
const parallelism = 10

// post sends forms, some at once, over connections that are used again, and
// returns the answers and how long that took. Nobody asks for less.
func post(ctx context.Context, to string, forms []url.Values) (answers [][]byte, took time.Duration, err error) {
	transport := &http.Transport{MaxIdleConnsPerHost: parallelism}
	defer transport.CloseIdleConnections()
	answers = make([][]byte, len(forms))
	began := time.Now()
	err = each(len(forms), parallelism, func(n int) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(forms[n].Encode()))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := transport.RoundTrip(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		answers[n], err = io.ReadAll(response.Body)
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: status %d: %.300s", to, response.StatusCode, answers[n])
		}
		return err
	})
	return answers, time.Since(began), err
}

// each does count things, some at once.
func each(count, atOnce int, do func(n int) error) error {
	var group sync.WaitGroup
	errs := make([]error, atOnce)
	next := make(chan int)
	for worker := range atOnce {
		group.Go(func() {
			for n := range next {
				if err := do(n); err != nil && errs[worker] == nil {
					errs[worker] = err
				}
			}
		})
	}
	for n := range count {
		next <- n
	}
	close(next)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// grants are requests for tokens, each with another scope and all with one
// assertion.
func grants(issuer string, keyJSON []byte, count int, scopes func(int) string) ([]url.Values, error) {
	assertion, err := sign(issuer, keyJSON)
	forms := make([]url.Values, count)
	for n := range forms {
		forms[n] = url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}, "scope": {scopes(n)}}
	}
	return forms, err
}

// questions are introspections, all with one assertion.
func questions(issuer string, keyJSON []byte, tokens []string) ([]url.Values, error) {
	assertion, err := sign(issuer, keyJSON)
	forms := make([]url.Values, len(tokens))
	for n, token := range tokens {
		forms[n] = url.Values{"token": {token}, "client_assertion": {assertion}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	}
	return forms, err
}

func sign(issuer string, keyJSON []byte) (string, error) {
	k, err := key.Parse(keyJSON)
	if err != nil {
		return "", err
	}
	assertion, err := k.Sign([]string{issuer}, time.Now(), time.Hour)
	if err != nil {
		return "", err
	}
	return assertion.Text.Reveal(), nil
}

// fetchTokens gets tokens that differ.
func fetchTokens(ctx context.Context, i *issuer, keyJSON []byte, count int) ([]string, error) {
	forms, err := grants(i.URL, keyJSON, count, func(n int) string {
		return fmt.Sprintf("urn:zitadel:iam:org:project:id:%s:aud urn:zitadel:iam:org:project:id:%d:aud", i.World.Project.ID, n)
	})
	if err != nil {
		return nil, err
	}
	answers, _, err := post(ctx, i.URL+tokenPath, forms)
	if err != nil {
		return nil, err
	}
	tokens := make([]string, count)
	for n, answer := range answers {
		var stated struct {
			AccessToken string `json:"access_token"`
		}
		if err := json.Unmarshal(answer, &stated); err != nil {
			return nil, err
		}
		tokens[n] = stated.AccessToken
	}
	return tokens, nil
}

// signatures makes signatures of RSA 2048 on all cores and returns how long that
// took.
func signatures(private *rsa.PrivateKey, count int) (time.Duration, error) {
	digest := sha256.Sum256([]byte("any text"))
	began := time.Now()
	err := each(count, runtime.NumCPU(), func(int) error {
		_, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, digest[:])
		return err
	})
	return time.Since(began), err
}

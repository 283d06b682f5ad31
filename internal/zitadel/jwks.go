package zitadel

import (
	"context"
	"net/http"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// fetchedKeySet is a key set and the time at which it was fetched.
type fetchedKeySet struct {
	*token.KeySet
	fetchedAt time.Time
	again     bool // fetched because the previous set lacked a key
}

const (
	opKeys = "read signing keys"
	// refetchAfter is how long a key set that was fetched again is considered complete.
	refetchAfter = 10 * time.Second
)

// KeySet returns the issuer's keys. They are cached unless the set is empty.
func (c *Client) KeySet(ctx context.Context) (*token.KeySet, error) {
	last := c.keySets.last()
	fresh := func(s *fetchedKeySet, number int64) bool { return len(s.Keys) > 0 || number > last }
	set, err := c.keySets.get(ctx, struct{}{}, fresh, c.fetchKeySet)
	if err != nil {
		return nil, err
	}
	return set.KeySet, nil
}

// keySetFor returns the issuer's keys, including the key that jwt identifies if the issuer
// publishes that key. If the cached set does not contain it, the keys are fetched again, because
// ZITADEL might have rotated them. This happens at most once per refetchAfter, not for each unknown
// key ID, because anyone can make up a key ID. Each call fetches an empty set again, because the
// instance can publish its first key at any time.
func (c *Client) keySetFor(ctx context.Context, jwt *token.JWT) (*token.KeySet, error) {
	last := c.keySets.last()
	contains := func(s *fetchedKeySet) bool { return jwt.HasKeyIn(s.KeySet) }
	set, err := c.keySets.get(ctx, struct{}{}, func(*fetchedKeySet, int64) bool { return true }, c.fetchKeySet)
	if err != nil {
		return nil, err
	}
	if contains(set) {
		return set.KeySet, nil
	}
	fresh := func(s *fetchedKeySet, number int64) bool {
		// The client's first fetch does not count, because it might have been too early: ZITADEL v2
		// publishes its first key when it signs the first token.
		isRecent := len(s.Keys) > 0 && c.now().Sub(s.fetchedAt) < refetchAfter
		return contains(s) || s.again && isRecent || number > max(last, 1)
	}
	set, err = c.keySets.get(ctx, struct{}{}, fresh, func(ctx context.Context) (*fetchedKeySet, error) {
		latest, err := c.fetchKeySet(ctx)
		if err == nil {
			latest.again = true
		}
		return latest, err
	})
	if err != nil {
		return nil, err
	}
	return set.KeySet, nil
}

func (c *Client) fetchKeySet(ctx context.Context) (*fetchedKeySet, error) {
	endpoint, err := c.endpoint(ctx, opKeys, "jwks_uri")
	if err != nil {
		return nil, err
	}
	req := c.newRequest(opKeys, http.MethodGet, endpoint)
	resp, err := c.document(ctx, &req, keySetDocument)
	if err != nil {
		return nil, err
	}
	set, err := token.DecodeKeySet(resp.body)
	switch {
	case fault.Is(err, "key-set-unusable"):
		return nil, req.newError(resp, fault.New("key-set-unusable"))
	case err != nil:
		return nil, req.malformedError(resp, keySetDocument, err)
	}
	return &fetchedKeySet{KeySet: set, fetchedAt: c.now()}, nil
}

package object_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

func TestDecodeTime(t *testing.T) {
	t.Parallel()
	const notTime = `member-not-time member="exp"`
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	tests := map[string]struct {
		raw  string
		want time.Time
		err  string
	}{
		"missing":              {``, time.Time{}, ""},
		"null":                 {`null`, time.Time{}, ""},
		"1970":                 {`0`, at(0), ""},
		"negative zero":        {`-0.0`, at(0), ""},
		"whole seconds":        {`1896000000`, at(1896000000), ""},
		"fraction":             {`1000.999`, at(1000), ""},
		"exponent":             {`1.7e9`, at(1700000000), ""},
		"end of 9999":          {`253402300799`, at(253402300799), ""},
		"fraction after 9999":  {`253402300799.5`, time.Time{}, notTime},
		"year 10000":           {`253402300800`, time.Time{}, notTime},
		"exceeds int64":        {`1e300`, time.Time{}, notTime},
		"exceeds float64":      {`1e400`, time.Time{}, `member-out-of-range member="exp"`},
		"before 1970":          {`-1`, time.Time{}, notTime},
		"fraction before 1970": {`-1e-300`, time.Time{}, notTime},
		"string":               {`"1"`, time.Time{}, `member-type expected="a number" found="a string" member="exp"`},
		"array":                {`[1]`, time.Time{}, `member-type expected="a number" found="an array" member="exp"`},
		"not JSON":             {`{`, time.Time{}, `member-undecodable member="exp"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := object.DecodeTime("exp", json.RawMessage(test.raw))
			checkFault(t, err, test.err)
			if got != test.want { // this also compares the location, which must be UTC
				t.Errorf("got %v, want %v", got, test.want)
			}
			if again, err := time.Parse(time.RFC3339, got.Format(time.RFC3339)); err != nil || !again.Equal(got) {
				t.Errorf("RFC 3339 cannot express %v: %v", got, err)
			}
		})
	}
}

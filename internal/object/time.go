package object

import (
	"encoding/json"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// year9999 is the Unix time of the last second that RFC 3339 can express.
const year9999 = 253402300799

// DecodeTime decodes a member that is a NumericDate (RFC 7519 section 2). It drops fractions of a
// second. The time is in UTC. It is zero if the member is missing or null. DecodeTime fails if the time
// is before 1970 or after 9999.
func DecodeTime(name string, raw json.RawMessage) (time.Time, error) {
	var seconds *float64
	if err := DecodeMember(name, raw, &seconds); err != nil || seconds == nil {
		return time.Time{}, err
	}
	if *seconds < 0 || *seconds > year9999 {
		return time.Time{}, fault.New("member-not-time", "member", name)
	}
	return time.Unix(int64(*seconds), 0).UTC(), nil
}

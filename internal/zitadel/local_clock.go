package zitadel

import "time"

// LocalClock returns the time of this machine. The zero LocalClock is the system
// clock. No other code of the product reads that clock.
type LocalClock func() time.Time

// Now returns the current time.
func (c LocalClock) Now() time.Time {
	if c == nil {
		return time.Now()
	}
	return c()
}

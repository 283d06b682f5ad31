package zitadel

import "time"

// LocalClock returns the time of this machine. A nil LocalClock reads the system clock. No
// other code of the provider reads the system clock.
type LocalClock func() time.Time

// Now returns the current time.
func (c LocalClock) Now() time.Time {
	if c == nil {
		return time.Now()
	}
	return c()
}

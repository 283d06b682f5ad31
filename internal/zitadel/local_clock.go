package zitadel

import "time"

// LocalClock returns the current time on this machine. A nil LocalClock reads the system clock. No
// other code in the provider reads the system clock.
type LocalClock func() time.Time

// Now returns the current time.
func (c LocalClock) Now() time.Time {
	if c == nil {
		return time.Now()
	}
	return c()
}

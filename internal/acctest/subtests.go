package acctest

import (
	"sync/atomic"
	"testing"
)

// SubtestGroup runs the subtests of a test and counts those that are skipped.
type SubtestGroup struct {
	t            *testing.T
	run, skipped atomic.Int64
}

// Subtests returns a group for the subtests of t. If all subtests of a test are skipped, nothing has
// been tested, but "go test" reports that the test passed. To report the test as skipped, begin it
// with
//
//	subtests := acctest.Subtests(t)
//	defer subtests.Done()
//
// and run each subtest with [SubtestGroup.Run].
func Subtests(t *testing.T) *SubtestGroup { return &SubtestGroup{t: t} }

// Run runs a subtest as [testing.T.Run] does. A subtest that skips itself must do so
// before it calls [testing.T.Parallel], because Done does not wait for subtests that
// run in parallel.
func (g *SubtestGroup) Run(name string, test func(t *testing.T)) {
	g.t.Helper()
	g.t.Run(name, func(t *testing.T) {
		g.run.Add(1)
		defer func() {
			if t.Skipped() {
				g.skipped.Add(1)
			}
		}()
		test(t)
	})
}

// Done skips the test if it had subtests and all of them were skipped.
func (g *SubtestGroup) Done() {
	g.t.Helper()
	if all := g.run.Load(); all > 0 && all == g.skipped.Load() && !g.t.Failed() {
		g.t.Skipf("all %d subtests were skipped", all)
	}
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// initialized is what a package does before main.
type initialized struct {
	name  string
	clock float64 // ms
}

var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock`)

// inits starts a provider some times and returns the median of what each package
// takes, the slowest first. Without the handshake's cookie it ends by itself.
func (b *binary) inits(ctx context.Context, rounds int) (all []initialized, err error) {
	clocks := map[string][]float64{}
	for range rounds {
		command := b.start(ctx, "GODEBUG=inittrace=1")
		command.Env = slices.DeleteFunc(command.Env, func(entry string) bool { return strings.HasPrefix(entry, "TF_PLUGIN_MAGIC_COOKIE") })
		var output bytes.Buffer
		command.Stderr = &output
		_ = command.Run() // it says that it is a plugin, and fails
		for _, found := range initLine.FindAllStringSubmatch(output.String(), -1) {
			clock, err := strconv.ParseFloat(found[2], 64)
			if err != nil {
				return nil, err
			}
			clocks[found[1]] = append(clocks[found[1]], clock)
		}
	}
	for name, measured := range clocks {
		slices.Sort(measured)
		all = append(all, initialized{name, measured[len(measured)/2]})
	}
	slices.SortFunc(all, func(a, b initialized) int {
		if a.clock != b.clock {
			return int(1e6 * (b.clock - a.clock))
		}
		return strings.Compare(a.name, b.name)
	})
	return all, nil
}

// startup tells where the time before the handshake goes.
func (b *lab) startup(ctx context.Context) (string, error) {
	ours, err := b.ours.inits(ctx, 21)
	if err != nil {
		return "", err
	}
	floor, err := b.floor.inits(ctx, 21)
	if err != nil {
		return "", err
	}
	const own = "github.com/zitadel-tokens/"
	text := fmt.Sprintf("## Where the start goes\n\nBy `GODEBUG=inittrace=1`, packages initialize for %.2f ms in all before main; in the floor for %.2f ms. Ours among them take %.3f ms. The slowest:\n\n",
		sum(ours, ""), sum(floor, ""), sum(ours, own))
	for _, each := range ours[:min(8, len(ours))] {
		text += fmt.Sprintf("- `%s`: %.2f ms\n", each.name, each.clock)
	}
	return text, nil
}

func sum(all []initialized, prefix string) (total float64) {
	for _, each := range all {
		if strings.HasPrefix(each.name, prefix) {
			total += each.clock
		}
	}
	return total
}

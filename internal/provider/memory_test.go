package provider_test

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// watchedContext is a context whose garbage collection the test observes.
type watchedContext struct{ context.Context }

// keepsContext reports whether a server refers to the context of a call after the
// call.
func keepsContext(t *testing.T, server func() tfprotov6.ProviderServer, method string) (keeps bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := server()
		// An inner function makes the call, so that no live stack frame refers to the
		// context when the garbage collector runs.
		watched := func() weak.Pointer[watchedContext] {
			ctx := &watchedContext{t.Context()}
			call := reflect.ValueOf(server).MethodByName(method)
			req := reflect.New(call.Type().In(1).Elem())
			for name, value := range map[string]string{"TypeName": "zitadel_access_token", "Name": "decode_jwt"} {
				if field := req.Elem().FieldByName(name); field.IsValid() {
					field.SetString(value)
				}
			}
			call.Call([]reflect.Value{reflect.ValueOf(ctx), req}) // its result does not matter
			return weak.Make(ctx)
		}()
		synctest.Wait() // for goroutines that notice the end of the call
		runtime.GC()
		keeps = watched.Value() != nil
		runtime.KeepAlive(server)
	})
	return keeps
}

// TestCallsReleaseContexts makes each call that the CLI repeats for each block.
func TestCallsReleaseContexts(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[tfprotov6.ProviderServer]()
	for n := range kind.NumMethod() {
		method := kind.Method(n).Name
		if !strings.Contains(method, "Data") && !strings.Contains(method, "Ephemeral") && method != "CallFunction" {
			continue
		}
		t.Run(method, func(t *testing.T) {
			if keepsContext(t, provider.NewServer("0.0.0"), method) {
				t.Error("the context is still referred to after the call")
			}
		})
	}
}

// TestFrameworkKeepsContexts fails when a release of the framework makes call in
// memory.go superfluous.
func TestFrameworkKeepsContexts(t *testing.T) {
	t.Parallel()
	if !keepsContext(t, provider.FrameworkServer, "ReadDataSource") {
		t.Error("the framework releases the context of a call: delete call and its uses")
	}
}

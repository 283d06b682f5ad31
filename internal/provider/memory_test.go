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

// keepsContext reports whether a server still refers to the context of a method call after the call
// has returned.
func keepsContext(t *testing.T, server func() tfprotov6.ProviderServer, method string) (keeps bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := server()
		// An inner function makes the call, so that no stack frame refers to the context when
		// the garbage collector runs.
		watched := func() weak.Pointer[watchedContext] {
			ctx := &watchedContext{t.Context()}
			call := reflect.ValueOf(server).MethodByName(method)
			req := reflect.New(call.Type().In(1).Elem())
			for name, value := range map[string]string{"TypeName": "zitadel_access_token", "Name": "decode_jwt"} {
				if field := req.Elem().FieldByName(name); field.IsValid() {
					field.SetString(value)
				}
			}
			call.Call([]reflect.Value{reflect.ValueOf(ctx), req}) // the result does not matter
			return weak.Make(ctx)
		}()
		synctest.Wait() // waits for goroutines that end after the call
		runtime.GC()
		keeps = watched.Value() != nil
		runtime.KeepAlive(server)
	})
	return keeps
}

// TestCallsReleaseContexts checks the methods that the CLI calls for each block or function: when a call
// has returned, the server must no longer refer to its context.
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
				t.Error("the server still refers to the context after the call")
			}
		})
	}
}

// TestFrameworkKeepsContexts fails if the framework no longer keeps contexts. In that case, the
// function call in memory.go is no longer necessary.
func TestFrameworkKeepsContexts(t *testing.T) {
	t.Parallel()
	if !keepsContext(t, provider.FrameworkServer, "ReadDataSource") {
		t.Error("the framework no longer keeps contexts: delete call in memory.go, and its uses")
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// standIns returns the stand-ins, keyed by provider name.
func standIns() map[string]*standIn {
	return map[string]*standIn{
		"http":       httpProvider(),
		"kubernetes": kubernetesProvider(),
		"vault":      vaultProvider(),
		"zitadel":    zitadelProvider(),
	}
}

// zitadelProvider returns the stand-in for zitadel/zitadel, which treats an unknown token as
// a missing token.
func zitadelProvider() *standIn {
	return &standIn{
		arguments: schema.Schema{Attributes: map[string]schema.Attribute{
			"domain":       schema.StringAttribute{Required: true},
			"port":         schema.StringAttribute{Optional: true},
			"insecure":     schema.BoolAttribute{Optional: true},
			"access_token": schema.StringAttribute{Optional: true, Sensitive: true},
		}},
		configure: func(a arguments) (client, error) {
			c := client{address: "https://" + a.text(path.Root("domain")), token: a.text(path.Root("access_token"))}
			if a.isTrue("insecure") {
				c.address = "http://" + a.text(path.Root("domain"))
			}
			if port := a.text(path.Root("port")); port != "" {
				c.address += ":" + port
			}
			if c.token == "" {
				return c, errors.New("one authentication method must be configured") // since zitadel/zitadel 2.4
			}
			return c, nil
		},
		sources: []source{{
			name: "org",
			schema: dsschema.Schema{Attributes: map[string]dsschema.Attribute{
				"id":   dsschema.StringAttribute{Required: true},
				"name": dsschema.StringAttribute{Computed: true},
			}},
			read: func(ctx context.Context, c client, _ arguments) (map[string]any, error) {
				return map[string]any{"name": "ACME"}, c.checkAccepted(ctx)
			},
		}},
		managed: zitadelResources(),
	}
}

// httpProvider returns the stand-in for hashicorp/http, which does not interpret the status.
func httpProvider() *standIn {
	return &standIn{
		configure: func(arguments) (client, error) { return client{}, nil },
		sources: []source{{
			schema: dsschema.Schema{Attributes: map[string]dsschema.Attribute{
				"url":             dsschema.StringAttribute{Required: true},
				"request_headers": dsschema.MapAttribute{Optional: true, ElementType: types.StringType},
				"response_body":   dsschema.StringAttribute{Computed: true},
				"status_code":     dsschema.Int64Attribute{Computed: true},
			}},
			read: func(ctx context.Context, _ client, a arguments) (map[string]any, error) {
				header := a.text(path.Root("request_headers").AtMapKey("Authorization"))
				status, body, err := get(ctx, a.text(path.Root("url")), header)
				return map[string]any{"status_code": status, "response_body": body}, err
			},
		}},
	}
}

// kubernetesProvider returns the stand-in for hashicorp/kubernetes and a cluster that trusts the
// issuer.
func kubernetesProvider() *standIn {
	return &standIn{
		arguments: schema.Schema{Attributes: map[string]schema.Attribute{
			"host":  schema.StringAttribute{Optional: true},
			"token": schema.StringAttribute{Optional: true},
		}},
		configure: func(a arguments) (client, error) {
			return client{address: a.text(path.Root("host")), token: a.text(path.Root("token"))}, nil
		},
		sources: []source{{
			name: "server_version",
			schema: dsschema.Schema{Attributes: map[string]dsschema.Attribute{
				"version": dsschema.StringAttribute{Computed: true},
			}},
			read: func(ctx context.Context, c client, _ arguments) (map[string]any, error) {
				// An interrupt does not cancel this operation.
				return map[string]any{"version": "1.34"}, errors.Join(c.checkJWT(), c.checkAccepted(context.WithoutCancel(ctx)))
			},
		}},
	}
}

// vaultProvider returns the stand-in for hashicorp/vault and a Vault server whose JWT auth method
// trusts the issuer.
func vaultProvider() *standIn {
	login := path.Root("auth_login_jwt").AtListIndex(0)
	return &standIn{
		arguments: schema.Schema{
			Attributes: map[string]schema.Attribute{
				"address":          schema.StringAttribute{Optional: true},
				"skip_child_token": schema.BoolAttribute{Optional: true},
			},
			Blocks: map[string]schema.Block{
				"auth_login_jwt": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
					Attributes: map[string]schema.Attribute{
						"mount": schema.StringAttribute{Optional: true},
						"role":  schema.StringAttribute{Required: true},
						"jwt":   schema.StringAttribute{Optional: true},
					},
				}},
			},
		},
		configure: func(a arguments) (client, error) {
			return client{address: a.text(path.Root("address")), token: a.text(login.AtName("jwt"))}, nil
		},
		sources: []source{{
			name: "kv_secret_v2",
			schema: dsschema.Schema{Attributes: map[string]dsschema.Attribute{
				"mount": dsschema.StringAttribute{Required: true},
				"name":  dsschema.StringAttribute{Required: true},
				"data":  dsschema.MapAttribute{Computed: true, Sensitive: true, ElementType: types.StringType},
			}},
			read: func(ctx context.Context, c client, _ arguments) (map[string]any, error) {
				return map[string]any{"data": map[string]string{"user": "app"}}, errors.Join(c.checkJWT(), c.checkAccepted(ctx))
			},
		}, transitSign()},
	}
}

// client contains the address of a server and a token for that server. The server is always the
// issuer.
type client struct{ address, token string }

// checkAccepted returns an error unless the server accepts the token.
func (c client) checkAccepted(ctx context.Context) error {
	if c.token == "" {
		return errors.New("the token is missing")
	}
	status, _, err := get(ctx, c.address+"/oidc/v1/userinfo", "Bearer "+c.token)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("the token is not accepted: status %d", status)
	}
	return err
}

// checkJWT returns an error unless the token is a JWT. Servers that verify signatures accept
// only JWTs.
func (c client) checkJWT() error {
	if strings.Count(c.token, ".") != 2 {
		return errors.New("the token is not a JWT")
	}
	return nil
}

// get sends a GET request with an Authorization header, and returns the status and the body
// of the response.
func get(ctx context.Context, address, authorization string) (status int64, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("User-Agent", "standin/"+providerName())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return int64(response.StatusCode), string(content), err
}

package optest

import (
	"crypto/rand"
	"slices"
	"time"
)

// World is the content of a ZITADEL instance: an organization, two projects, three service
// users, six applications, and all keys. An [Issuer] never changes its World, so any number of
// issuers can share one concurrently. A change that a test makes, such as deactivating a user
// or deleting a key, affects only one Issuer.
//
// The IDs are the same in every World. Secrets, keys and personal access tokens are generated
// for each World.
type World struct {
	// Domain is the external domain: the only host name, without a port, that the instance
	// accepts. A test can change it before it starts an issuer.
	Domain string

	// OrganizationID and OrganizationDomain identify the organization that owns
	// everything else.
	OrganizationID, OrganizationDomain string

	// Project and OtherProject both have the roles reader and writer.
	Project, OtherProject *Project

	// Service has the roles reader and writer in Project, and its access tokens are
	// opaque. It has two keys, a secret, a personal access token, and the metadata
	// team=red.
	Service *ServiceUser
	// ServiceJWT has the same roles and metadata as Service, a key, a secret, and
	// JWT access tokens.
	ServiceJWT *ServiceUser
	// ServiceNoGrant has a key but no roles.
	ServiceNoGrant *ServiceUser

	// API is an API application in Project with two keys.
	API *Application
	// APIBasic is an API application in Project with a secret.
	APIBasic *Application
	// OtherAPI is an API application in OtherProject with a key.
	OtherAPI *Application
	// OtherAPIBasic is an API application in OtherProject with a secret.
	OtherAPIBasic *Application
	// OIDC is a web application in Project with a key and a secret.
	OIDC *Application
	// OIDCBasic is a web application in Project with a secret.
	OIDCBasic *Application

	organizationName string
	zitadelProjectID string
	users            []*ServiceUser
	further          []*Application // applications without a field above
	signing          []*key         // token signing keys, in the order of their rotation
	tokenKey         []byte         // encrypts opaque tokens
	created          time.Time
}

// Project is a project and the roles that exist in it.
type Project struct {
	ID    string
	Roles []string
}

// ServiceUser is a service user ("machine user"). Secret and PAT are empty if the user has
// none.
type ServiceUser struct {
	ID, Name string
	// Secret is the client secret for the client_credentials grant. The client ID
	// is Name.
	Secret string
	// PAT is a personal access token.
	PAT string

	keys      []*key
	patID     string
	jwtTokens bool
	metadata  map[string]string
	grants    map[string][]string // role keys by project ID
}

// Application is an application in a project. Secret is empty if the application authenticates
// only with a key.
type Application struct {
	// ID is the application ID, which differs from its ClientID.
	ID, ClientID string
	Secret       string
	Project      *Project

	keys []*key
	web  bool // a web application, which can exchange and revoke tokens; otherwise an API application
	// omitsRoles is set for a web application to which token exchange issues tokens without
	// roles, as on all older recorded servers. The probable cause is that the application's
	// settings accessTokenRoleAssertion and idTokenRoleAssertion were off.
	omitsRoles bool
}

// NewWorld returns a new World with the domain 127.0.0.1, for issuers on the loopback
// interface. Each RSA key is generated on first use, because generating one takes a noticeable
// fraction of a second.
func NewWorld() *World {
	project := &Project{ID: "400663550533569574", Roles: []string{"reader", "writer"}}
	other := &Project{ID: "400663550701341734", Roles: []string{"reader", "writer"}}
	w := &World{
		Domain:             "127.0.0.1",
		OrganizationID:     "400663538571480102",
		OrganizationDomain: "lab.localhost",
		organizationName:   "LAB",
		zitadelProjectID:   "400663538571545638",
		Project:            project,
		OtherProject:       other,
		signing:            newSigningKeys(),
		tokenKey:           []byte(rand.Text() + rand.Text())[:32],
		created:            time.Now(),
	}
	w.addUsers()
	w.addApplications()
	return w
}

// addUsers adds the service users.
func (w *World) addUsers() {
	granted := map[string][]string{w.Project.ID: {"reader", "writer"}}
	w.Service = &ServiceUser{
		ID:       "400663551976410150",
		Name:     "svc-bearer",
		Secret:   newSecret(),
		keys:     []*key{newKey("400663552009964582"), newKey("400663552412617766")},
		patID:    "400663552311954470",
		metadata: map[string]string{"team": "red"},
		grants:   granted,
	}
	w.Service.PAT = w.encodePAT(w.Service)
	w.ServiceJWT = &ServiceUser{
		ID:        "400663552647498790",
		Name:      "svc-jwt",
		Secret:    newSecret(),
		keys:      []*key{newKey("400663552664276006")},
		jwtTokens: true,
		metadata:  map[string]string{"team": "red"},
		grants:    granted,
	}
	w.ServiceNoGrant = &ServiceUser{
		ID:   "400663553234701350",
		Name: "svc-nogrant",
		keys: []*key{newKey("400663553285032998")},
	}
	w.users = []*ServiceUser{w.Service, w.ServiceJWT, w.ServiceNoGrant}
}

// addApplications adds the applications.
func (w *World) addApplications() {
	w.API = &Application{
		ID:       "400663550902668326",
		ClientID: "400663550902733862",
		Project:  w.Project,
		keys:     []*key{newKey("400663550952999974"), newKey("400663551171103782")},
	}
	w.APIBasic = &Application{
		ID: "400663551271767078", ClientID: "400663551271832614",
		Project: w.Project, Secret: newSecret(),
	}
	w.OtherAPI = &Application{
		ID: "400663551305321510", ClientID: "400663551305387046",
		Project: w.OtherProject, keys: []*key{newKey("400663551338875942")},
	}
	w.OtherAPIBasic = &Application{
		ID: "400663551523425318", ClientID: "400663551523490854",
		Project: w.OtherProject, Secret: newSecret(),
	}
	w.OIDC = &Application{
		ID: "400663551657643046", ClientID: "400663551657708582",
		Project: w.Project, Secret: newSecret(), web: true,
		keys: []*key{newKey("400663551775083558")},
	}
	w.OIDCBasic = &Application{
		ID: "400663551607311398", ClientID: "400663551607376934",
		Project: w.Project, Secret: newSecret(), web: true,
	}
}

// user returns the first service user that matches, or nil.
func (w *World) user(match func(*ServiceUser) bool) *ServiceUser {
	if n := slices.IndexFunc(w.users, match); n >= 0 {
		return w.users[n]
	}
	return nil
}

// userByID returns the service user with this ID, or nil.
func (w *World) userByID(id string) *ServiceUser {
	return w.user(func(u *ServiceUser) bool { return u.ID == id })
}

// userByName returns the service user with this name, or nil.
func (w *World) userByName(name string) *ServiceUser {
	return w.user(func(u *ServiceUser) bool { return u.Name == name })
}

// applications returns all applications.
func (w *World) applications() []*Application {
	return append([]*Application{w.API, w.APIBasic, w.OtherAPI, w.OtherAPIBasic, w.OIDC, w.OIDCBasic}, w.further...)
}

// application returns the application with this client ID, or nil.
func (w *World) application(clientID string) *Application {
	all := w.applications()
	if n := slices.IndexFunc(all, func(a *Application) bool { return a.ClientID == clientID }); n >= 0 {
		return all[n]
	}
	return nil
}

// newSecret returns a random client secret.
func newSecret() string { return rand.Text() + rand.Text() }

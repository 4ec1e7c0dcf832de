// Package onboarding is how a platform and its shops begin and end: the operator's first steps, merchants who sign up or are invited,
// the password before a shop is launched, suspension, and deletion with a time in which it can be undone.
package onboarding

import (
	"context"
	"embed"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// People is what the module that knows merchants, stores and their people does for this one.
type People interface {
	CreateMerchant(ctx context.Context, in tenant.NewMerchant) (tenant.Merchant, error)
	CreateStore(ctx context.Context, in tenant.NewStore) (*tenant.Info, error)
	// MakeOwner has a user work for a merchant, in all its stores, with every permission.
	MakeOwner(ctx context.Context, userID, merchantID string) error
	// Owns lists the merchants that a user owns.
	Owns(userID string) []string
	// Owners are the addresses of those who own a merchant.
	Owners(ctx context.Context, merchantID string) ([]auth.User, error)
}

// Resolver asks the DNS. *net.Resolver is one.
type Resolver interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// Service of the module. It is the app's Door.
type Service struct {
	app      *app.App
	people   People
	Resolver Resolver
	// Addresses are the machine's own.
	Addresses func() ([]string, error)

	signUps, signUpsTo *auth.Throttle // by client, by address
	doors              *auth.Throttle // passwords of shops, by client and store
	openings, lookups  *auth.Throttle // by user
	opening            sync.Mutex     // one shop at a time: two of one person do not make two merchants
}

// New makes the service and installs it as the app's door.
func New(a *app.App, people People) *Service {
	s := &Service{
		app: a, people: people, Resolver: net.DefaultResolver, Addresses: ownAddresses,
		signUps: auth.NewThrottle(nil, rate.Every(5*time.Minute), 10), signUpsTo: auth.NewThrottle(nil, rate.Every(20*time.Minute), 3),
		doors: auth.NewThrottle(nil, rate.Every(20*time.Second), 15), openings: auth.NewThrottle(nil, rate.Every(2*time.Hour), 5), lookups: auth.NewThrottle(nil, 2, 60),
	}
	if server := a.Config.DNS; server != "" {
		s.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, server)
		}}
	}
	a.Door = s
	return s
}

// Permissions and settings.
const (
	Launching  = "onboarding.launch"
	Deleting   = "onboarding.delete"
	read       = "onboarding.read"  // of operators
	write      = "onboarding.write" // of operators
	selfKey    = "onboarding.self_service"
	graceKey   = "onboarding.grace_days"
	passwordAt = "onboarding.password" // of a store
)

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "onboarding", Title: "Onboarding", Kind: app.Core, Description: "First steps of the operator and of merchants, launch, suspension and deletion.",
		Permissions: []permission.Permission{
			{Name: Launching, Title: "Launch the shop, and set the password before that"},
			{Name: Deleting, Title: "Delete the store", People: true},
			{Name: read, Title: "See invitations and the state of stores"},
			{Name: write, Title: "Invite merchants, and suspend or delete stores"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Settings", Label: "Launch", Path: "/launch", Icon: "rocket", Permission: Launching, Order: 89},
			{Surface: web.Admin, Label: "Invitations", Path: "/merchant-invitations", Icon: "mail-plus", Permission: read, Order: 12},
		},
		Settings: []app.Setting{
			{Key: selfKey, Scope: database.Platform, Group: "Merchants", Label: "Anybody may open a shop", Help: "There is a page to sign up at. Without it, merchants come by invitation.", Kind: app.Switch, Default: "0"},
			{Key: graceKey, Scope: database.Platform, Group: "Merchants", Label: "Time in which a deletion can be undone", Kind: app.Duration, Unit: "days", Default: "30", Max: 365,
				Help: "A store that is deleted is closed at once, and its files are removed after these days."},
			{Key: passwordAt, Scope: database.Store, Label: "Password of the shop before it is launched", Max: maxPassword},
		},
		Tables:        []database.Table{{Name: "onboarding_invitation", Scope: database.Platform, Class: database.Personal}},
		Files:         files,
		Routes:        s.routes,
		Jobs:          []job.Kind{{Name: signUpJob, Run: s.runSignUp}, {Name: removeJob, Run: s.runRemove}},
		Seed:          seed,
		Decorate:      s.decorate,
		Steps:         s.steps,
		PlatformSteps: s.platformSteps,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Shop("GET", "/password", permission.Public, s.doorPage, app.AtTheDoor)
	r.Shop("POST", "/password", permission.Public, s.postDoor, app.AtTheDoor)

	r.Dashboard("GET", "/shop", "core.read", s.visitShop)
	r.Dashboard("GET", "/launch", Launching, s.launchPage)
	r.Dashboard("POST", "/launches", Launching, s.postLaunch)
	r.Dashboard("POST", "/launch-withdrawals", Launching, s.postWithdrawal)
	r.Dashboard("POST", "/shop-passwords", Launching, s.postPassword)
	r.Dashboard("GET", "/deletion", Deleting, s.deletionPage)
	r.Dashboard("POST", "/deletions", Deleting, s.postDeletion)
	r.Dashboard("POST", "/deletion-withdrawals", Deleting, s.postRestoration, app.WhileClosed)

	r.Portal("GET", "/sign-up", permission.Public, s.signUpPage)
	r.Portal("POST", "/sign-up", permission.Public, s.postSignUp)
	r.Portal("GET", "/merchant-invitation", permission.Public, s.invitationPage)
	r.Portal("POST", "/merchant-invitation", permission.Public, s.postAccount)
	r.Portal("POST", "/merchant-invitation-acceptances", permission.SignedIn, s.postAcceptance)
	r.Portal("GET", "/new-store", permission.SignedIn, s.newStorePage)
	r.Portal("POST", "/new-store", permission.SignedIn, s.postNewStore)
	r.Portal("GET", "/store-codes", permission.SignedIn, s.codePage)

	r.Admin("GET", "/merchant-invitations", read, s.invitationsPage)
	r.Admin("POST", "/merchant-invitations", write, s.postInvitation)
	r.Admin("POST", "/merchant-invitations/:id/mails", write, s.postInvitationMail)
	r.Admin("POST", "/merchant-invitations/:id/revocations", write, s.postRevocation)
	r.Admin("GET", "/stores/:id/state", read, s.storeStatePage)
	r.Admin("POST", "/stores/:id/suspensions", write, s.postSuspension)
	r.Admin("POST", "/stores/:id/reactivations", write, s.postReactivation)
	r.Admin("POST", "/stores/:id/deletions", write, s.postStoreDeletion)
	r.Admin("POST", "/stores/:id/deletion-withdrawals", write, s.postStoreRestoration)
	r.Admin("GET", "/merchants/:id/state", read, s.merchantStatePage)
	r.Admin("POST", "/merchants/:id/suspensions", write, s.postMerchantSuspension)
	r.Admin("POST", "/merchants/:id/reactivations", write, s.postMerchantReactivation)

	r.Admin("GET", "/getting-started", write, s.setUpPage)
	r.Admin("GET", "/getting-started/domain", write, s.domainStep)
	r.Admin("POST", "/getting-started/domain", write, s.postDomainStep)
	r.Admin("GET", "/getting-started/mail", write, s.mailStep)
	r.Admin("POST", "/getting-started/mail", write, s.postMailStep)
	r.Admin("POST", "/getting-started/mail-tests", write, s.postMailTest)
	r.Admin("GET", "/getting-started/replica", write, s.replicaStep)
	r.Admin("POST", "/getting-started/replica", write, s.postReplicaStep)
	r.Admin("POST", "/getting-started/replica-tests", write, s.postReplicaTest)
	r.Admin("GET", "/getting-started/key", write, s.keyStep)
	r.Admin("POST", "/getting-started/key", write, s.postKeyStep)
	r.Admin("POST", "/getting-started/key-showings", write, s.postKeyShowing)
	s.api(r)
}

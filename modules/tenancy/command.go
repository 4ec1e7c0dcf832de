package tenancy

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// The module's commands. The service is not known when the command line is parsed: it is handed to Run.

type userCommand struct {
	Create userCreate `cmd:"" help:"Create a user, or an operator with --role admin."`
	List   userList   `cmd:"" help:"List the users."`
}

type userCreate struct {
	Email        string `help:"E-mail address to sign in with." required:""`
	Name         string `help:"Full name." required:""`
	Role         string `help:"admin or support for an operator of the platform; owner, manager, content, service, fulfilment or viewer for a merchant's staff." enum:"admin,support,owner,manager,content,service,fulfilment,viewer" default:"owner"`
	Merchant     string `help:"Code of the merchant that the user works for. Needed unless --role is admin or support."`
	Store        string `help:"Code of the one store that the user may open. All of the merchant's when empty."`
	PasswordFile string `help:"File whose first line is the password. Without it a password is made and printed." placeholder:"FILE"`
	JSON         bool   `help:"Print {\"id\",\"email\",\"role\",\"password\"} as JSON; password only when it was made."`
}

func (cmd *userCreate) Run(rt *app.Runtime, s *Service) error {
	password, made, err := cmd.password(rt)
	if err != nil {
		return err
	}
	admin := cmd.Role == "admin"
	m := Membership{Role: cmd.Role}
	if !admin && cmd.Role != "support" {
		if cmd.Merchant == "" {
			return problem.On("merchant", "Say for which merchant: --merchant CODE. The codes are in “wizamart store list”.")
		}
		merchant, err := rt.App.Platform.Merchant(rt.Ctx, cmd.Merchant)
		if err != nil {
			return err
		}
		m.MerchantID = merchant.ID
		if cmd.Store != "" {
			info := rt.App.Platform.ByCode(cmd.Store)
			if info == nil {
				return problem.On("store", "There is no store %q.", cmd.Store)
			}
			m.StoreID = info.ID
		}
	}
	u, err := s.CreateUser(rt.Ctx, auth.NewUser{Email: cmd.Email, Name: cmd.Name, Password: password, Admin: admin})
	if err != nil {
		return err
	}
	if !admin {
		m.UserID = u.ID
		if err := s.AddMembership(rt.Ctx, m); err != nil {
			return err
		}
	}
	if !made {
		password = ""
	}
	if cmd.JSON {
		return rt.JSON(map[string]string{"id": u.ID, "email": u.Email, "role": cmd.Role, "password": password})
	}
	rt.Printf("Created %s (%s).\n", u.Email, cmd.Role)
	if made {
		rt.Printf("Password, shown only now: %s\n", password)
	}
	return nil
}

func (cmd *userCreate) password(rt *app.Runtime) (password string, made bool, err error) {
	if cmd.PasswordFile == "" {
		return rand.Text()[:16], true, nil
	}
	f, err := os.Open(rt.Path(cmd.PasswordFile))
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadString('\n')
	if err != nil && line == "" {
		return "", false, fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), false, nil
}

type userList struct {
	JSON bool `help:"Print [{\"id\",\"email\",\"name\",\"admin\",\"roles\"}] as JSON."`
}

func (cmd *userList) Run(rt *app.Runtime, s *Service) error {
	merchants, err := rt.App.Platform.Merchants(rt.Ctx, "")
	if err != nil {
		return err
	}
	byID := map[string]tenant.Merchant{}
	for _, m := range merchants {
		byID[m.ID] = m
	}
	type row struct {
		ID    string   `json:"id"`
		Email string   `json:"email"`
		Name  string   `json:"name"`
		Admin bool     `json:"admin"`
		Roles []string `json:"roles"`
	}
	rows := []row{}
	for page := 1; ; page++ {
		users, total, err := rt.App.Auth.ListUsers(rt.Ctx, rt.App.Platform.DB, auth.UserFilter{Page: page, PerPage: 200})
		if err != nil {
			return err
		}
		for _, u := range users {
			rows = append(rows, row{u.ID, u.Email, u.Name, u.Admin, append([]string{}, s.memberOf(u, byID)...)})
		}
		if len(rows) >= total || len(users) == 0 {
			break
		}
	}
	if cmd.JSON {
		return rt.JSON(rows)
	}
	w := tabwriter.NewWriter(rt.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "E-MAIL\tNAME\tROLES")
	for _, r := range rows {
		if r.Admin {
			r.Roles = append([]string{"admin"}, r.Roles...)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Email, r.Name, strings.Join(r.Roles, " "))
	}
	return w.Flush()
}

type merchantCommand struct {
	Create merchantCreate `cmd:"" help:"Create a merchant."`
}

type merchantCreate struct {
	Name  string `help:"Name of the business." required:""`
	Email string `help:"E-mail address of the business." required:""`
	Code  string `help:"Short name; made from the name when empty."`
	JSON  bool   `help:"Print the merchant as JSON."`
}

func (cmd *merchantCreate) Run(rt *app.Runtime, s *Service) error {
	m, err := s.CreateMerchant(rt.Ctx, tenant.NewMerchant{Code: cmd.Code, Name: cmd.Name, Email: cmd.Email})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return rt.JSON(m)
	}
	rt.Printf("Created the merchant %s. Create its store: wizamart store create --merchant %s --code CODE --name NAME --currency EUR\n", m.Code, m.Code)
	return nil
}

type storeCommand struct {
	Create storeCreate `cmd:"" help:"Create a store of a merchant."`
	List   storeList   `cmd:"" help:"List the stores with their addresses."`

	Restore  storeRestore  `cmd:"" help:"Bring a damaged store back from its replica, in its place."`
	Retry    storeRetry    `cmd:"" help:"Open a quarantined store again, and migrate it if that failed."`
	Rollback storeRollback `cmd:"" help:"Put a store back to before its last migration, for the version before."`
}

type storeCreate struct {
	Merchant string `help:"Code of the merchant." required:""`
	Code     string `help:"Code of the store: its label under the base domain." required:""`
	Name     string `help:"Name of the shop." required:""`
	Currency string `help:"ISO 4217 currency. It cannot be changed later." default:"EUR"`
	Locale   string `help:"Language of the shop (BCP 47)." default:"en"`
	Launched bool   `help:"Open the shop to everybody at once. Without it, it asks for a password until it is launched in the dashboard."`
	JSON     bool   `help:"Print the store as JSON."`
}

func (cmd *storeCreate) Run(rt *app.Runtime, s *Service) error {
	info, err := s.CreateStore(rt.Ctx, tenant.NewStore{MerchantID: cmd.Merchant, Code: cmd.Code, Name: cmd.Name, Currency: cmd.Currency, Locale: cmd.Locale, Launched: cmd.Launched})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return rt.JSON(s.storeBody(info))
	}
	rt.Printf("Created the store %s.\n  shop      %s\n  dashboard %s\n", info.Code, s.shopURL(info), s.dashboardURL(info))
	return nil
}

type storeList struct {
	JSON bool `help:"Print [{\"code\",\"name\",\"merchant\",\"state\",\"currency\",\"locale\",\"urls\",\"created_at\"}] as JSON."`
}

func (cmd *storeList) Run(rt *app.Runtime, s *Service) error {
	rows := []StoreBody{}
	for _, info := range rt.App.Platform.Stores() {
		rows = append(rows, s.storeBody(info))
	}
	if cmd.JSON {
		return rt.JSON(rows)
	}
	if len(rows) == 0 {
		rt.Printf("There are no stores yet: wizamart merchant create, then wizamart store create.\n")
		return nil
	}
	w := tabwriter.NewWriter(rt.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "CODE\tNAME\tMERCHANT\tSTATE\tSHOP")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Code, r.Name, r.Merchant, r.State, r.URLs.Shop)
	}
	return w.Flush()
}

func (*Service) commands() []app.Command {
	return []app.Command{
		{Name: "user", Help: "Create and list users.", Cmd: &userCommand{}},
		{Name: "merchant", Help: "Create merchants.", Cmd: &merchantCommand{}},
		{Name: "store", Help: "Create, list and repair stores.", Cmd: &storeCommand{}},
	}
}

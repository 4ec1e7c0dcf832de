package onboarding

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Opening is what a person says of the shop they open. Currency and Language may be empty: as is usual in the country.
type Opening struct {
	Name     string
	Code     string // "" is made from the name
	Country  string // ISO 3166-1 alpha-2
	Currency string // ISO 4217
	Language string // BCP 47
}

// mayOpen is the invitation that lets a user open a shop; zero where everybody may. NotFound for one who may not.
func (s *Service) mayOpen(ctx context.Context, userID string) (Invitation, error) {
	in, ok, err := granted(ctx, s.app.Platform.DB, userID)
	if err != nil {
		return in, err
	}
	if ok && (in.Kind == invitation || s.SelfService()) {
		return in, nil
	}
	return Invitation{}, s.selfService()
}

// MayOpen tells whether a user may open a shop.
func (s *Service) MayOpen(ctx context.Context, userID string) bool {
	_, err := s.mayOpen(ctx, userID)
	return err == nil
}

// OpenStore makes a shop for a user, who becomes the owner of its merchant: the one that they own already, or a new one.
func (s *Service) OpenStore(ctx context.Context, userID string, o Opening) (*tenant.Info, error) {
	in, err := s.mayOpen(ctx, userID)
	if err != nil {
		return nil, err
	}
	u, err := s.app.Auth.UserByID(ctx, s.app.Platform.DB, userID)
	if err != nil {
		return nil, err
	}
	n, err := s.complete(ctx, o)
	if err != nil {
		return nil, err
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	if err := s.openings.Take(userID); err != nil {
		return nil, err
	}
	if n.MerchantID, err = s.merchantOf(ctx, userID, n, in, u.Email); err != nil {
		return nil, err
	}
	info, err := s.people.CreateStore(ctx, n)
	if err != nil || in.ID == "" {
		return info, err
	}
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "UPDATE onboarding_invitation SET store_id = ? WHERE id = ?", info.ID, in.ID)
		return err
	})
	return info, err
}

// complete checks an opening and fills in what is usual.
func (s *Service) complete(ctx context.Context, o Opening) (n tenant.NewStore, err error) {
	var f problem.Fields
	o.Name, o.Code, o.Country = strings.TrimSpace(o.Name), strings.ToLower(strings.TrimSpace(o.Code)), strings.ToUpper(strings.TrimSpace(o.Country))
	f.Check(o.Name != "" && utf8.RuneCountInString(o.Name) <= 100, "name", "Enter a name of at most 100 characters.")
	if o.Code == "" {
		if o.Code, err = s.app.Platform.SuggestCode(ctx, o.Name); err != nil {
			return n, err
		}
	}
	if err := s.app.Platform.CheckCode(ctx, o.Code); err != nil {
		var p *problem.Error
		if !errors.As(err, &p) {
			return n, err
		}
		f = append(f, p.Fields...)
	}
	usual, ok := UsualIn(o.Country)
	f.Check(ok, "country", "Choose a country.")
	n = tenant.NewStore{Code: o.Code, Name: o.Name, Currency: usual.Currency, Locale: usual.Locale}
	if o.Currency != "" {
		n.Currency = o.Currency
	}
	if o.Language != "" {
		n.Locale = inCountry(o.Language, o.Country)
	}
	return n, f.Err()
}

// merchantOf is the merchant of a user's new shop.
func (s *Service) merchantOf(ctx context.Context, userID string, n tenant.NewStore, in Invitation, email string) (string, error) {
	if owned := s.people.Owns(userID); len(owned) > 0 {
		m, err := s.app.Platform.Merchant(ctx, owned[0])
		if err == nil && !m.SuspendedAt.IsZero() {
			err = problem.New(problem.Conflict, "Your shops are suspended, so you cannot open another one now.")
		}
		return m.ID, err
	}
	name := n.Name
	if in.Business != "" {
		name = in.Business
	}
	for i := 1; ; i++ {
		code := n.Code
		if i > 1 {
			code = fmt.Sprintf("%s-%d", n.Code[:min(len(n.Code), 36)], i)
		}
		m, err := s.people.CreateMerchant(ctx, tenant.NewMerchant{Code: code, Name: name, Email: email})
		if problem.Is(err, problem.Invalid) && i < 20 { // another merchant has the code
			continue
		}
		if err != nil {
			return "", err
		}
		return m.ID, s.people.MakeOwner(ctx, userID, m.ID)
	}
}

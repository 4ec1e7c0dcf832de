package customers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/event"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// SignUp is a new account.
type SignUp struct {
	Email            string
	Name             string
	Password         string
	AcceptsMarketing bool
	Locale           string
	Next             string // where to go on, a path of the shop
}

const (
	purposeSignUp = "customers.sign-up" // subject: pending, as JSON
	signUpFor     = 24 * time.Hour
)

// pending is an account that opens when its link is followed. Nothing else is known of it.
type pending struct {
	Email            string `json:"email"`
	Name             string `json:"name"`
	Hash             string `json:"hash"`
	AcceptsMarketing bool   `json:"accepts_marketing"`
	Locale           string `json:"locale"`
	Next             string `json:"next"`
}

// SignUp mails a link that opens an account; the account is there once it is followed. An address that has an account gets a mail that says
// so. For who asks both look the same: nobody learns who is a customer here.
func (s *Service) SignUp(ctx context.Context, st *tenant.Store, in SignUp) error {
	email, ok := auth.CleanEmail(in.Email)
	in.Name = strings.TrimSpace(in.Name)
	var f problem.Fields
	f.Check(ok, "email", "Enter an e-mail address such as name@example.com.")
	f.Check(in.Name != "", "name", "Enter your name.")
	checkName(&f, "name", in.Name)
	auth.ValidatePassword(&f, "password", email, in.Password)
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.app.Auth.HashPassword(ctx, in.Password) // in both cases: it takes the longest
	if err != nil {
		return err
	}
	if s.resetsTo.Take("sign-up "+st.ID()+" "+email) != nil {
		return nil // nobody is flooded with mails
	}
	subject, err := json.Marshal(pending{email, in.Name, hash, in.AcceptsMarketing, in.Locale, in.Next})
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		k, err := s.byEmail(ctx, tx, email)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		t := s.printer(tx, in.Locale)
		if err == nil && k.HasAccount {
			return s.mail(ctx, tx, k, "customers.account_exists", framework.Note{
				Title: t("You have an account already"), Button: t("Choose a new password"), URL: s.shopURL(tx, "/account/password-reset"),
				Text: []string{t("Somebody, probably you, wanted to open an account at %s with this address. It has one: sign in, or choose a new password.", tx.Info().Name)},
			})
		}
		token, err := s.app.Auth.OneTime(ctx, tx.DB, purposeSignUp, string(subject), signUpFor)
		if err != nil {
			return err
		}
		n := framework.Note{
			Brand: tx.Info().Name, Title: t("Open your account"), Button: t("Open your account"), URL: s.shopURL(tx, "/account/confirmation?token="+token),
			Text: []string{t("With this link your account at %s opens. It works once, within a day.", tx.Info().Name), t("If you did not ask for it, there is nothing to do.")},
		}
		m := framework.Message{Kind: "customers.sign_up", To: mail.Address{Name: in.Name, Address: email}, From: n.Brand, Secret: true}
		if err := n.Fill(&m); err != nil {
			return err
		}
		_, err = framework.Queue(ctx, tx.DB, m)
		return err
	})
}

// PeekSignUp is the e-mail address of the account that a link opens. Gone for a link that was used or is too old.
func (s *Service) PeekSignUp(ctx context.Context, st *tenant.Store, token string) (email string, err error) {
	subject, err := s.app.Auth.Peek(ctx, st.DB, purposeSignUp, token)
	if err != nil {
		return "", err
	}
	var p pending
	err = json.Unmarshal([]byte(subject), &p)
	return p.Email, err
}

// ConfirmSignUp opens the account of a link, and returns the customer's id and where they wanted to go. Gone for a link that was used or is
// too old; Conflict when the address has an account by now.
func (s *Service) ConfirmSignUp(ctx context.Context, st *tenant.Store, token string) (id, next string, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		subject, err := s.app.Auth.Redeem(ctx, tx.DB, purposeSignUp, token)
		if err != nil {
			return err
		}
		var p pending
		if err := json.Unmarshal([]byte(subject), &p); err != nil {
			return fmt.Errorf("read a sign-up: %w", err)
		}
		next = p.Next
		id, err = s.openAccount(ctx, tx, p)
		return err
	})
	return id, next, err
}

func (s *Service) openAccount(ctx context.Context, tx *tenant.Store, in pending) (string, error) {
	now := database.Now()
	k, err := s.byEmail(ctx, tx, in.Email)
	switch {
	case problem.Is(err, problem.NotFound):
		k = &Customer{ID: database.NewID(), Email: in.Email, Name: in.Name, Locale: in.Locale, AcceptsMarketing: in.AcceptsMarketing, CreatedAt: now}
		if err := insert(ctx, tx, k); err != nil {
			return "", err
		}
	case err != nil:
		return "", err
	case k.HasAccount:
		return "", problem.New(problem.Conflict, "Your account is open already. Please sign in.")
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO customers_account (customer_id, name, accepts_marketing, created_at, verified_at, last_sign_in_at) VALUES (?, ?, ?, ?, ?, ?)", k.ID, in.Name, in.AcceptsMarketing, now, now, now); err != nil {
		return "", fmt.Errorf("insert an account: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO customers_credential (customer_id, password_hash, changed_at) VALUES (?, ?, ?)", k.ID, in.Hash, now); err != nil {
		return "", fmt.Errorf("insert a credential: %w", err)
	}
	if _, err := event.Publish(tx.DB, event.CustomerCreated{CustomerID: k.ID, Channel: "storefront", CreatedAt: now}); err != nil {
		return "", err
	}
	return k.ID, recordAudit(ctx, tx, k, "account_opened", nil, map[string]string{"name": in.Name})
}

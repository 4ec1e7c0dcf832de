package customers

import (
	"context"
	"fmt"
	"net/mail"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/job"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// resetFor is how long a link for a new password works.
const resetFor = time.Hour

const resetJob = "customers.reset"

type resetPayload struct{ Email string }

// RequestReset has a link for a new password mailed, if the address has an account. What is done here is the same in both cases, and so
// takes as long: a job looks the address up. An address gets at most a few links an hour.
func (s *Service) RequestReset(ctx context.Context, st *tenant.Store, email string) error {
	email, ok := auth.CleanEmail(email)
	if !ok {
		return problem.On("email", "Enter an e-mail address such as name@example.com.")
	}
	if s.resetsTo.Take(st.ID()+" "+email) != nil {
		return nil // nobody is flooded with mails, and nobody learns that there were any
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		_, err := job.Enqueue(tx.DB, job.New{Kind: resetJob, Payload: resetPayload{email}})
		return err
	})
}

func (s *Service) runReset(ctx context.Context, run *job.Run) error {
	var p resetPayload
	if err := run.Decode(&p); err != nil {
		return err
	}
	st := run.Store
	return st.Write(ctx, func(tx *tenant.Store) error {
		k, err := s.byEmail(ctx, tx, p.Email)
		if problem.Is(err, problem.NotFound) || err == nil && !k.HasAccount {
			return nil
		}
		if err != nil {
			return err
		}
		token, err := s.app.Auth.OneTime(ctx, tx.DB, auth.PurposePasswordReset, k.ID, resetFor)
		if err != nil {
			return err
		}
		t := s.printer(tx, k.Locale)
		return s.mail(ctx, tx, k, "customers.reset", framework.Note{
			Title: t("Choose a new password"), Button: t("Choose a new password"), URL: s.shopURL(tx, "/account/new-password?token="+token),
			Text: []string{t("Somebody, probably you, asked for a new password for your account at %s. The link works once, within an hour.", tx.Info().Name), t("If it was not you, there is nothing to do: your password stays as it is.")},
		})
	})
}

// PeekReset is nil when the link can be used. Gone otherwise.
func (s *Service) PeekReset(ctx context.Context, st *tenant.Store, token string) error {
	_, err := s.app.Auth.Peek(ctx, st.DB, auth.PurposePasswordReset, token)
	return err
}

// Reset sets the password of the account that a link was mailed for, ends all its sessions, and tells its holder. The link proves that
// the address is theirs. Gone for a link that was used or is too old.
func (s *Service) Reset(ctx context.Context, st *tenant.Store, token, password string) error {
	id, err := s.app.Auth.Peek(ctx, st.DB, auth.PurposePasswordReset, token)
	if err != nil {
		return err
	}
	account, err := s.Account(ctx, st, id)
	if err != nil {
		return err
	}
	var f problem.Fields
	auth.ValidatePassword(&f, "password", account.Email, password)
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.app.Auth.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, st, id, "password_reset", func(tx *tenant.Store, k *Customer) error {
		if _, err := s.app.Auth.Redeem(ctx, tx.DB, auth.PurposePasswordReset, token); err != nil {
			return err
		}
		now := database.Now()
		if _, err := tx.ExecContext(ctx, "UPDATE customers_credential SET password_hash = ?, changed_at = ? WHERE customer_id = ?", hash, now, id); err != nil {
			return fmt.Errorf("reset a password: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE customers_account SET verified_at = coalesce(verified_at, ?) WHERE customer_id = ?", now, id); err != nil {
			return fmt.Errorf("note a proved address: %w", err)
		}
		if err := s.app.Auth.RevokeAll(ctx, tx.DB, id, "the password was reset"); err != nil {
			return err
		}
		return s.passwordChanged(ctx, tx, k)
	})
}

// passwordChanged tells the holder of an account that the password was changed.
func (s *Service) passwordChanged(ctx context.Context, tx *tenant.Store, k *Customer) error {
	t := s.printer(tx, k.Locale)
	return s.mail(ctx, tx, k, "customers.password_changed", framework.Note{
		Title: t("Your password was changed"), Button: t("Choose a new password"), URL: s.shopURL(tx, "/account/password-reset"),
		Text: []string{t("The password of your account at %s was changed a moment ago.", tx.Info().Name), t("If it was not you, choose a new one at once.")},
	})
}

// mail queues a note to a customer. The note lets its reader in when its link does.
func (s *Service) mail(ctx context.Context, tx *tenant.Store, k *Customer, kind string, n framework.Note) error {
	n.Brand = tx.Info().Name
	m := framework.Message{Kind: kind, Ref: k.ID, To: mail.Address{Name: k.Name, Address: k.Email}, From: n.Brand, Subject: n.Title, Secret: kind == "customers.reset"}
	if err := n.Fill(&m); err != nil {
		return err
	}
	_, err := framework.Queue(ctx, tx.DB, m)
	return err
}

func (s *Service) printer(st *tenant.Store, locale string) func(key string, args ...any) string {
	if locale == "" {
		locale = st.Info().Locale
	}
	texts := s.app.Site.Texts
	p := texts.Printer(texts.Match(locale))
	return func(key string, args ...any) string { return p.Sprintf(key, args...) }
}

// shopURL is the whole address of a page of the store's shop.
func (s *Service) shopURL(st *tenant.Store, path string) string {
	info := st.Info()
	if len(info.Domains) > 0 {
		return s.app.Config.URL(info.Domains[0], path)
	}
	return s.app.Config.URL(info.Code+"."+info.Base, path)
}

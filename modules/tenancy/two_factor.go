package tenancy

import (
	"context"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// BeginTwoFactor makes the key for a user's authenticator. Invalid: current, the password. Conflict when there is a second factor.
func (s *Service) BeginTwoFactor(ctx context.Context, user *web.User, password, address string) error {
	if err := s.CheckPassword(ctx, user, "current", password, address); err != nil {
		return err
	}
	return s.app.Auth.BeginTwoFactor(ctx, user.ID)
}

// Enrolment is the key that waits for its first code.
func (s *Service) Enrolment(ctx context.Context, user *web.User) (auth.Enrolment, error) {
	return s.app.Auth.Enrolment(ctx, user.ID, s.app.Platform.BaseDomain(), user.Email)
}

// ConfirmTwoFactor switches it on with the first code, and returns the recovery codes, shown once. Other sessions end. Invalid: code.
func (s *Service) ConfirmTwoFactor(ctx context.Context, user *web.User, code, lang string) ([]string, error) {
	var codes []string
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		if codes, err = s.app.Auth.ConfirmTwoFactor(ctx, tx, u.ID, code, user.Session); err != nil {
			return err
		}
		t := s.printer(lang)
		err = s.notice(ctx, tx, u, "tenancy.two_factor_on", framework.Note{
			Title: t("Two-factor sign-in is on"), Text: []string{t("From now on, signing in to %s takes your password and a code from your authenticator.", s.app.Platform.BaseDomain())},
		}, lang)
		if err != nil {
			return err
		}
		return s.recordUser(ctx, tx, u, "tenancy.user.two_factor_on", nil, nil)
	})
	if err != nil {
		return nil, err
	}
	return codes, s.Load(ctx)
}

// RemoveTwoFactor switches a user's own second factor off, with password and code. Invalid: current, code. Conflict where a team wants it.
func (s *Service) RemoveTwoFactor(ctx context.Context, user *web.User, password, code, lang, address string) error {
	if s.MustBeSecured(user.ID) {
		return problem.New(problem.Conflict, "A team that you belong to works with two-factor sign-in, so it stays on.")
	}
	if err := s.CheckPassword(ctx, user, "current", password, address); err != nil {
		return err
	}
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		if _, err := s.app.Auth.CheckSecondFactor(ctx, tx, u.ID, code); err != nil {
			return err
		}
		return s.dropTwoFactor(ctx, tx, u, "tenancy.user.two_factor_off", lang)
	})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

// ResetTwoFactor is an operator's: it takes the second factor of a user who has lost it away, and ends their sessions. They are told by mail.
func (s *Service) ResetTwoFactor(ctx context.Context, userID, lang string) error {
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, userID)
		if err != nil {
			return err
		}
		state, err := s.app.Auth.TwoFactorOf(ctx, tx, userID)
		if err != nil {
			return err
		}
		if !state.On {
			return problem.New(problem.Conflict, "%s has no two-factor sign-in.", u.Name)
		}
		if err := s.app.Auth.RevokeAll(ctx, tx, userID, "the second factor was reset"); err != nil {
			return err
		}
		return s.dropTwoFactor(ctx, tx, u, "tenancy.user.two_factor_reset", lang)
	})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

func (s *Service) dropTwoFactor(ctx context.Context, tx *database.DB, u auth.User, action, lang string) error {
	if err := s.app.Auth.RemoveTwoFactor(ctx, tx, u.ID); err != nil {
		return err
	}
	t := s.printer(lang)
	err := s.notice(ctx, tx, u, "tenancy.two_factor_off", framework.Note{
		Title: t("Two-factor sign-in is off"), Text: []string{t("From now on, signing in to %s takes only your password.", s.app.Platform.BaseDomain())},
	}, lang)
	if err != nil {
		return err
	}
	return s.recordUser(ctx, tx, u, action, nil, nil)
}

// NewRecoveryCodes replaces a user's own recovery codes, with password and code. They are shown once. Invalid: current, code.
func (s *Service) NewRecoveryCodes(ctx context.Context, user *web.User, password, code, address string) ([]string, error) {
	if err := s.CheckPassword(ctx, user, "current", password, address); err != nil {
		return nil, err
	}
	var codes []string
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		if _, err := s.app.Auth.CheckSecondFactor(ctx, tx, u.ID, code); err != nil {
			return err
		}
		if codes, err = s.app.Auth.NewRecoveryCodes(ctx, tx, u.ID); err != nil {
			return err
		}
		return s.recordUser(ctx, tx, u, "tenancy.user.recovery_codes", nil, nil)
	})
	return codes, err
}

package onboarding

import (
	"context"
	stdmail "net/mail"
	"time"

	"golang.org/x/text/message"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const removeJob = "onboarding.remove"

type removePayload struct {
	Store string
	Name  string
}

// store finds one, or is problem.NotFound.
func (s *Service) store(id string) (*tenant.Info, error) {
	if info := s.app.Platform.ByID(id); info != nil {
		return info, nil
	}
	return nil, problem.New(problem.NotFound, "This store does not exist.")
}

// tell has a merchant and its owners mailed, in the transaction of what they are told of.
func (s *Service) tell(ctx context.Context, merchantID, kind, ref string, n mail.Note) (tenant.Note, error) {
	m, err := s.app.Platform.Merchant(ctx, merchantID)
	if err != nil {
		return nil, err
	}
	owners, err := s.people.Owners(ctx, merchantID)
	if err != nil {
		return nil, err
	}
	to := []stdmail.Address{{Name: m.Name, Address: m.Email}}
	for _, u := range owners {
		if u.Email != m.Email {
			to = append(to, stdmail.Address{Name: u.Name, Address: u.Email})
		}
	}
	return func(tx *database.DB) error {
		for _, a := range to {
			if err := s.mail(ctx, tx, a, kind, ref, false, n); err != nil && !problem.Is(err, problem.Invalid) { // an address that cannot be written to
				return err
			}
		}
		return nil
	}, nil
}

// texts translates into a locale's language.
func (s *Service) texts(locale string) func(key message.Reference, args ...any) string {
	return s.app.Site.Texts.Printer(s.app.Site.Texts.Match(locale)).Sprintf
}

func (s *Service) dashboard(info *tenant.Info, path string) string {
	return s.app.Config.URL(s.app.Platform.BaseDomain(), "/store/"+info.Code+path)
}

// Suspend closes a store's shop; its people can look at everything and change nothing. Payments and refunds that were begun are finished.
func (s *Service) Suspend(ctx context.Context, id, reason string) error {
	info, err := s.store(id)
	if err != nil {
		return err
	}
	t := s.texts(info.Locale)
	told, err := s.tell(ctx, info.MerchantID, "onboarding.suspended", id, mail.Note{
		Title: t("The shop %s is suspended", info.Name), Button: t("Open the dashboard"), URL: s.dashboard(info, "/"),
		Text: []string{t("The operator of %s has suspended the shop. Visitors see that it is closed, and nothing in it can be changed.", s.app.Platform.BaseDomain()), t("Reason: %s", reason)},
	})
	if err != nil {
		return err
	}
	return s.app.Platform.Suspend(ctx, id, reason, s.note(ctx, "onboarding.store.suspended", info, map[string]string{"reason": reason}, told))
}

// Reactivate ends a store's suspension.
func (s *Service) Reactivate(ctx context.Context, id string) error {
	info, err := s.store(id)
	if err != nil {
		return err
	}
	t := s.texts(info.Locale)
	told, err := s.tell(ctx, info.MerchantID, "onboarding.reactivated", id, mail.Note{
		Title: t("The shop %s is open again", info.Name), Button: t("Open the dashboard"), URL: s.dashboard(info, "/"), Text: []string{t("The operator has ended its suspension.")},
	})
	if err != nil {
		return err
	}
	return s.app.Platform.Reactivate(ctx, id, s.note(ctx, "onboarding.store.reactivated", info, nil, told))
}

func (s *Service) noteMerchant(ctx context.Context, action string, m tenant.Merchant, after any, also tenant.Note) tenant.Note {
	return func(tx *database.DB) error {
		e := audit.Entry{Action: action, SubjectKind: "merchant", SubjectID: m.ID, SubjectName: m.Name}
		var err error
		if e.Before, e.After, err = audit.Diff(nil, after); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, e); err != nil {
			return err
		}
		return also(tx)
	}
}

// SuspendMerchant suspends all stores of a merchant.
func (s *Service) SuspendMerchant(ctx context.Context, id, reason string) error {
	m, err := s.app.Platform.Merchant(ctx, id)
	if err != nil {
		return err
	}
	t := s.texts("en") // a merchant has no language; its stores have
	told, err := s.tell(ctx, m.ID, "onboarding.suspended", m.ID, mail.Note{
		Title: t("All shops of %s are suspended", m.Name),
		Text:  []string{t("The operator of %s has suspended them. Visitors see that they are closed, and nothing in them can be changed.", s.app.Platform.BaseDomain()), t("Reason: %s", reason)},
	})
	if err != nil {
		return err
	}
	return s.app.Platform.SuspendMerchant(ctx, m.ID, reason, s.noteMerchant(ctx, "onboarding.merchant.suspended", m, map[string]string{"reason": reason}, told))
}

// ReactivateMerchant ends a merchant's suspension.
func (s *Service) ReactivateMerchant(ctx context.Context, id string) error {
	m, err := s.app.Platform.Merchant(ctx, id)
	if err != nil {
		return err
	}
	t := s.texts("en") // a merchant has no language; its stores have
	told, err := s.tell(ctx, m.ID, "onboarding.reactivated", m.ID, mail.Note{Title: t("The shops of %s are open again", m.Name), Text: []string{t("The operator has ended their suspension.")}})
	if err != nil {
		return err
	}
	return s.app.Platform.ReactivateMerchant(ctx, m.ID, s.noteMerchant(ctx, "onboarding.merchant.reactivated", m, nil, told))
}

// Grace is how long a deletion can be undone.
func (s *Service) Grace() time.Duration {
	return s.app.PlatformSpan(graceKey)
}

// Delete closes a store at once, and has its files removed when the time to undo that is over. code is what the person typed: the store's.
func (s *Service) Delete(ctx context.Context, id, code string) (at time.Time, err error) {
	info, err := s.store(id)
	if err != nil {
		return at, err
	}
	if code != info.Code {
		return at, problem.On("code", "Type the store's code, “%s”, to confirm.", info.Code)
	}
	at = s.app.Now().Add(s.Grace())
	t := s.texts(info.Locale)
	told, err := s.tell(ctx, info.MerchantID, "onboarding.deletion", id, mail.Note{
		Title: t("The shop %s is about to be deleted", info.Name), Button: t("Undo the deletion"), URL: s.dashboard(info, "/deletion"),
		Text: []string{t("Somebody who may do that has deleted the shop. It is closed now, and all that is in it will be removed on %s.", at.UTC().Format(time.DateOnly)), t("Until then the deletion can be undone.")},
	})
	if err != nil {
		return at, err
	}
	enqueue := func(tx *database.DB) error {
		_, err := job.Enqueue(tx, job.New{Kind: removeJob, Payload: removePayload{id, info.Name}, RunAt: at, MaxAttempts: 50})
		return err
	}
	return at, s.app.Platform.Delete(ctx, id, at, s.note(ctx, "onboarding.store.deletion_asked", info, map[string]string{"delete_at": at.UTC().Format(time.RFC3339)}, told, enqueue))
}

// Restore undoes Delete.
func (s *Service) Restore(ctx context.Context, id string) error {
	info, err := s.store(id)
	if err != nil {
		return err
	}
	t := s.texts(info.Locale)
	told, err := s.tell(ctx, info.MerchantID, "onboarding.restored", id, mail.Note{
		Title: t("The shop %s is not deleted", info.Name), Button: t("Open the dashboard"), URL: s.dashboard(info, "/"), Text: []string{t("The deletion was undone. The shop is as it was.")},
	})
	if err != nil {
		return err
	}
	return s.app.Platform.Restore(ctx, id, s.note(ctx, "onboarding.store.deletion_undone", info, nil, told))
}

// runRemove removes a store whose time is over. One that was given back meanwhile, or got more time, is left alone.
func (s *Service) runRemove(ctx context.Context, run *job.Run) error {
	var p removePayload
	if err := run.Decode(&p); err != nil {
		return err
	}
	_, err := s.app.Platform.Remove(ctx, p.Store, s.app.Now(), s.note(ctx, "onboarding.store.removed", &tenant.Info{ID: p.Store, Name: p.Name}, nil))
	return err
}

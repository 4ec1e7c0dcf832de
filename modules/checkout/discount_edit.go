package checkout

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/checkout/promotion"
	"wizamart/tenant"
)

// Discounts are the store's, the newest first, with how often they were used.
func (s *Service) Discounts(ctx context.Context, st *tenant.Store) ([]DiscountRow, error) {
	return selectDiscounts(ctx, st, "WHERE p.deleted_at IS NULL ORDER BY p.id DESC")
}

// Discount finds one that is not deleted.
func (s *Service) Discount(ctx context.Context, st *tenant.Store, id string) (DiscountRow, error) {
	d, err := discount(ctx, st, id)
	if err == nil && !d.DeletedAt.IsZero() {
		err = problem.New(problem.NotFound, "There is no such discount.")
	}
	return d, err
}

// CreateDiscount makes a draft: switched off, with a code of its own.
func (s *Service) CreateDiscount(ctx context.Context, st *tenant.Store, title string) (Discount, error) {
	now := database.Now()
	d := Discount{ID: database.NewID(), Title: title, Code: NewCode(8), CreatedAt: now, UpdatedAt: now, DiscountRules: DiscountRules{Kind: promotion.Percent, Rate: 100_000_000, Scope: promotion.Order}}
	return d, s.addDiscount(ctx, st, d)
}

// DuplicateDiscount makes a draft with another's rules and a new code.
func (s *Service) DuplicateDiscount(ctx context.Context, st *tenant.Store, id string) (Discount, error) {
	old, err := s.Discount(ctx, st, id)
	if err != nil {
		return Discount{}, err
	}
	d, now := old.Discount, database.Now()
	d.ID, d.Active, d.CreatedAt, d.UpdatedAt = database.NewID(), false, now, now
	if d.Code != "" {
		d.Code = NewCode(8)
	}
	return d, s.addDiscount(ctx, st, d)
}

func (s *Service) addDiscount(ctx context.Context, st *tenant.Store, d Discount) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		n := 0
		if err := tx.One(ctx, func(row database.Row) error { return row.Scan(&n) }, "SELECT count(*) FROM checkout_promotion WHERE deleted_at IS NULL"); err != nil {
			return fmt.Errorf("count the discounts: %w", err)
		}
		if n >= MaxDiscounts {
			return problem.New(problem.Conflict, "A store has at most %d discounts. Delete some that have ended.", MaxDiscounts)
		}
		return changeDiscount(ctx, tx, "created", nil, d)
	})
}

// SaveDiscount changes a discount. What orders have had of it stays as it was.
func (s *Service) SaveDiscount(ctx context.Context, st *tenant.Store, in Discount) (Discount, error) {
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		old, err := s.Discount(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if in.Active && !in.Automatic && in.Code == "" && old.Codes == 0 {
			return problem.On("code", "Enter a code, or make codes for it first.")
		}
		in.CreatedAt, in.UpdatedAt, in.DeletedAt = old.CreatedAt, old.UpdatedAt, old.DeletedAt
		return changeDiscount(ctx, tx, "updated", &old.Discount, in)
	})
	return in, err
}

// SetDiscountActive switches a discount on or off.
func (s *Service) SetDiscountActive(ctx context.Context, st *tenant.Store, id string, active bool) (Discount, error) {
	d, err := s.Discount(ctx, st, id)
	if err != nil {
		return Discount{}, err
	}
	d.Active = active
	return s.SaveDiscount(ctx, st, d.Discount)
}

// DeleteDiscount takes a discount away; RestoreDiscount brings it back.
func (s *Service) DeleteDiscount(ctx context.Context, st *tenant.Store, id string) (Discount, error) {
	return s.markDiscount(ctx, st, id, "deleted", database.Now())
}

// RestoreDiscount brings a deleted discount back as it was.
func (s *Service) RestoreDiscount(ctx context.Context, st *tenant.Store, id string) (Discount, error) {
	return s.markDiscount(ctx, st, id, "restored", database.Time{})
}

func (s *Service) markDiscount(ctx context.Context, st *tenant.Store, id, done string, deleted database.Time) (d Discount, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		old, err := discount(ctx, tx, id)
		if err != nil {
			return err
		}
		d = old.Discount
		if old.DeletedAt.IsZero() == deleted.IsZero() {
			return nil
		}
		d.DeletedAt = deleted
		return changeDiscount(ctx, tx, done, &old.Discount, d)
	})
	return d, err
}

// changeDiscount writes a discount and who changed what of it.
func changeDiscount(ctx context.Context, tx *tenant.Store, done string, old *Discount, d Discount) error {
	var was any
	if old != nil {
		was = old
	}
	before, after, err := audit.Diff(was, d)
	if err != nil {
		return err
	}
	if done == "updated" && len(before) == 0 && len(after) == 0 {
		return nil
	}
	d.UpdatedAt = database.Now()
	if err := putDiscount(ctx, tx, d); err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.discount." + done, SubjectKind: "discount", SubjectID: d.ID, SubjectName: d.Title, Before: before, After: after})
}

// codeLetters leave out what people confuse: 0 and O, 1, I and L.
const codeLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// NewCode is a random code of n letters and digits that are hard to mistake for each other.
func NewCode(n int) string {
	var out strings.Builder
	b := make([]byte, 1)
	for out.Len() < n {
		rand.Read(b) //nolint:errcheck // it never fails
		if int(b[0]) < 256-256%len(codeLetters) {
			out.WriteByte(codeLetters[int(b[0])%len(codeLetters)])
		}
	}
	return out.String()
}

// MakeCodes adds n random codes to a discount, each good for one order, and returns how many it has now.
func (s *Service) MakeCodes(ctx context.Context, st *tenant.Store, id, prefix string, n int) (int, error) {
	prefix = normalCode(prefix)
	var f problem.Fields
	f.Check(n >= 1 && n <= MaxBulkCodes, "count", "Enter a whole number from %d to %d.", 1, MaxBulkCodes)
	f.Check(prefix == "" || len(prefix) <= 16 && codePattern.MatchString(prefix+"AAA"), "prefix", "Use at most %d letters, digits and hyphens.", 16)
	if err := f.Err(); err != nil {
		return 0, err
	}
	total := 0
	for made := 0; made < n; { // in pieces, so that others may write in between
		err := st.Write(ctx, func(tx *tenant.Store) error {
			d, err := s.Discount(ctx, tx, id)
			if err != nil {
				return err
			}
			if d.Automatic {
				return problem.On("count", "An automatic discount needs no codes.")
			}
			if d.Codes+n-made > 10*MaxBulkCodes {
				return problem.On("count", "A discount has at most %d codes.", 10*MaxBulkCodes)
			}
			added := 0
			for added < min(500, n-made) {
				one, err := addCode(ctx, tx, id, prefix+NewCode(10), true)
				if err != nil {
					return err
				}
				added += int(one)
			}
			made, total = made+added, d.Codes+added
			return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.discount.codes_made", SubjectKind: "discount", SubjectID: id, SubjectName: d.Title})
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// Code is one of those that are good for one order.
type Code struct {
	Code string `json:"code"`
	Used bool   `json:"used"`
}

// Codes of a discount that are good for one order each.
func (s *Service) Codes(ctx context.Context, st *tenant.Store, id string) ([]Code, error) {
	if _, err := s.Discount(ctx, st, id); err != nil {
		return nil, err
	}
	return each(st, ctx, "read the codes", func(rows *sql.Rows, c *Code) error { return rows.Scan(&c.Code, &c.Used) },
		`SELECT c.code, EXISTS (SELECT 1 FROM checkout_promotion_use u WHERE u.code = c.code AND u.released_at IS NULL) FROM checkout_promotion_code c
		WHERE c.promotion_id = ? AND c.once = 1 ORDER BY c.created_at, c.code`, id)
}

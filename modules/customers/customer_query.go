package customers

import (
	"context"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const customerColumns = `id, email, name, phone, address, locale, note, tags, accepts_marketing, order_count, spent, last_order_at, created_at, updated_at, deleted_at, erased_at,
	EXISTS (SELECT 1 FROM customers_credential WHERE customer_id = id) AS has_account`

func scanCustomer(row database.Row, currency string) (*Customer, error) {
	k := &Customer{}
	var address, tags database.JSON
	err := row.Scan(&k.ID, &k.Email, &k.Name, &k.Phone, &address, &k.Locale, &k.Note, &tags, &k.AcceptsMarketing, &k.OrderCount, &k.Spent.Minor,
		&k.LastOrderAt, &k.CreatedAt, &k.UpdatedAt, &k.DeletedAt, &k.ErasedAt, &k.HasAccount)
	if err != nil {
		return nil, err
	}
	k.Spent.Currency = currency
	if err := address.Decode(&k.Address); err != nil {
		return nil, fmt.Errorf("read the address of customer %s: %w", k.ID, err)
	}
	if err := tags.Decode(&k.Tags); err != nil {
		return nil, fmt.Errorf("read the tags of customer %s: %w", k.ID, err)
	}
	return k, nil
}

func (s *Service) find(ctx context.Context, st *tenant.Store, where string, arg any) (*Customer, error) {
	var k *Customer
	err := st.One(ctx, func(row database.Row) (err error) { k, err = scanCustomer(row, st.Currency()); return err },
		"SELECT "+customerColumns+" FROM customers_customer WHERE "+where, arg)
	if database.NotFound(err) {
		return nil, problem.New(problem.NotFound, "There is no such customer.")
	}
	if err != nil {
		return nil, fmt.Errorf("find a customer: %w", err)
	}
	return k, nil
}

// Get is one customer, a deleted one too. NotFound when there is none, or their data were erased.
func (s *Service) Get(ctx context.Context, st *tenant.Store, id string) (*Customer, error) {
	return s.find(ctx, st, "id = ? AND erased_at IS NULL", id)
}

// byEmail is the living customer with an address.
func (s *Service) byEmail(ctx context.Context, st *tenant.Store, email string) (*Customer, error) {
	return s.find(ctx, st, "email = ? AND deleted_at IS NULL", email)
}

func insert(ctx context.Context, tx *tenant.Store, k *Customer) error {
	address, err := addressJSON(k.Address)
	if err != nil {
		return err
	}
	tags, err := database.JSONOf(cleanTags(k.Tags))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO customers_customer (id, email, name, phone, address, locale, note, tags, accepts_marketing, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, k.ID, k.Email, k.Name, k.Phone, address, k.Locale, k.Note, tags, k.AcceptsMarketing, k.CreatedAt, k.CreatedAt)
	if err != nil {
		return fmt.Errorf("insert a customer: %w", err)
	}
	return nil
}

func update(ctx context.Context, tx *tenant.Store, k *Customer) error {
	address, err := addressJSON(k.Address)
	if err != nil {
		return err
	}
	tags, err := database.JSONOf(cleanTags(k.Tags))
	if err != nil {
		return err
	}
	k.UpdatedAt = database.Now()
	_, err = tx.ExecContext(ctx, `UPDATE customers_customer SET email = ?, name = ?, phone = ?, address = ?, locale = ?, note = ?, tags = ?, accepts_marketing = ?,
		updated_at = ?, deleted_at = ?, erased_at = ? WHERE id = ?`,
		k.Email, k.Name, k.Phone, address, k.Locale, k.Note, tags, k.AcceptsMarketing, k.UpdatedAt, k.DeletedAt, k.ErasedAt, k.ID)
	if err != nil {
		return fmt.Errorf("save a customer: %w", err)
	}
	return nil
}

// Filter chooses customers; its zero value is the newest of all.
type Filter struct {
	Search    string // e-mail address, name, phone number or tag
	Account   string // with or without one: "yes", "no"; "" is both
	Sort      string // created (default), name, orders, spent, last
	Ascending bool
	Limit     int // 25 when 0, at most 100
	Offset    int
}

var sortColumns = map[string]string{
	"": "created_at", "created": "created_at", "name": "CASE name WHEN '' THEN email ELSE name END", "orders": "order_count", "spent": "spent", "last": "last_order_at",
}

// Page is a part of the customers that a filter chooses.
type Page struct {
	Customers []*Customer
	Total     int
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// List is a page of the customers that are not deleted.
func (s *Service) List(ctx context.Context, st *tenant.Store, f Filter) (Page, error) {
	where, args := "deleted_at IS NULL", []any{}
	if text := strings.TrimSpace(f.Search); text != "" {
		like := "%" + likeEscaper.Replace(text) + "%"
		where += ` AND (email LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\' OR phone LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value LIKE ? ESCAPE '\'))`
		args = append(args, like, like, like, like)
	}
	switch f.Account {
	case "yes":
		where += " AND EXISTS (SELECT 1 FROM customers_credential WHERE customer_id = id)"
	case "no":
		where += " AND NOT EXISTS (SELECT 1 FROM customers_credential WHERE customer_id = id)"
	}
	column, ok := sortColumns[f.Sort]
	if !ok {
		column = "created_at"
	}
	order := " DESC"
	if f.Ascending {
		order = " ASC"
	}
	if f.Limit <= 0 {
		f.Limit = 25
	}
	var p Page
	err := st.View(ctx, func(view *tenant.Store) error {
		err := view.One(ctx, func(row database.Row) error { return row.Scan(&p.Total) }, "SELECT count(*) FROM customers_customer WHERE "+where, args...)
		if err != nil {
			return err
		}
		return view.Each(ctx, func(row database.Row) error {
			k, err := scanCustomer(row, view.Currency())
			p.Customers = append(p.Customers, k)
			return err
		}, "SELECT "+customerColumns+" FROM customers_customer WHERE "+where+" ORDER BY "+column+order+" NULLS LAST, id"+order+" LIMIT ? OFFSET ?",
			append(args, min(f.Limit, 100), max(f.Offset, 0))...)
	})
	if err != nil {
		return Page{}, fmt.Errorf("list customers: %w", err)
	}
	return p, nil
}

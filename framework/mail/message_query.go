package mail

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Row is a mail as it stands in its file.
type Row struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind"`
	Ref       string        `json:"ref"`
	State     string        `json:"state"`
	ToName    string        `json:"to_name"`
	ToAddress string        `json:"to_address"`
	FromName  string        `json:"from_name"`
	ReplyTo   string        `json:"reply_to"`
	BCC       string        `json:"bcc" db:"bcc"`
	Subject   string        `json:"subject"`
	HTML      string        `json:"-" db:"html"`
	Text      string        `json:"-"`
	Draft     string        `json:"-"` // what the two are made of before the mail is first sent; "" when they stand
	Secret    bool          `json:"secret"`
	Attempts  int           `json:"attempts"`
	Error     string        `json:"error"`
	CreatedAt database.Time `json:"created_at"`
	NextAt    database.Time `json:"next_at"`
	EndedAt   database.Time `json:"ended_at"`
	ErasedAt  database.Time `json:"erased_at"`
}

// To is the recipient as people read it.
func (r Row) To() string {
	if r.ToName == "" {
		return r.ToAddress
	}
	return r.ToName + " <" + r.ToAddress + ">"
}

// CanResend tells whether it makes sense to send it again: what it says is still there, and lets nobody in.
func (r Row) CanResend() bool { return r.State != Queued && r.ErasedAt.IsZero() && !r.Secret }

const columns = `id, kind, ref, state, to_name, to_address, from_name, reply_to, bcc, subject, html, text, draft, secret, attempts, error, created_at, next_at, ended_at, erased_at`

// Get finds a mail, or is problem.NotFound.
func Get(ctx context.Context, db *database.DB, id string) (Row, error) {
	var r Row
	err := db.NewQuery("SELECT " + columns + " FROM mail_message WHERE id = {:id}").Bind(dbx.Params{"id": id}).WithContext(ctx).One(&r)
	if database.NotFound(err) {
		return r, problem.New(problem.NotFound, "There is no such mail.")
	}
	if err != nil {
		return r, fmt.Errorf("read a mail: %w", err)
	}
	return r, nil
}

// Filter chooses mails; its zero value is all of them.
type Filter struct {
	State  string
	Ref    string
	Search string // in the recipient and the subject
	Limit  int    // 50 when 0
	Offset int
}

func (f Filter) where() (string, dbx.Params) {
	where, params := []string{"1"}, dbx.Params{}
	if f.State != "" {
		where, params["state"] = append(where, "state = {:state}"), f.State
	}
	if f.Ref != "" {
		where, params["ref"] = append(where, "ref = {:ref}"), f.Ref
	}
	if f.Search != "" {
		where, params["q"] = append(where, "(instr(lower(to_address || ' ' || to_name), {:q}) OR instr(lower(subject), {:q}))"), strings.ToLower(f.Search)
	}
	return strings.Join(where, " AND "), params
}

// List is a file's mails, newest first, and how many there are in all.
func List(ctx context.Context, db *database.DB, f Filter) (out []Row, total int, err error) {
	where, params := f.where()
	if err := db.NewQuery("SELECT count(*) FROM mail_message WHERE " + where).Bind(params).WithContext(ctx).Row(&total); err != nil {
		return nil, 0, fmt.Errorf("count mails: %w", err)
	}
	params["limit"], params["offset"] = f.Limit, max(f.Offset, 0)
	if f.Limit <= 0 {
		params["limit"] = 50
	}
	err = db.NewQuery("SELECT " + columns + " FROM mail_message WHERE " + where + " ORDER BY id DESC LIMIT {:limit} OFFSET {:offset}").Bind(params).WithContext(ctx).All(&out)
	if err != nil {
		return nil, 0, fmt.Errorf("list mails: %w", err)
	}
	return out, total, nil
}

// Counts is how many mails are in each state.
func Counts(ctx context.Context, db *database.DB) (map[string]int, error) {
	var rows []struct {
		State string
		N     int
	}
	if err := db.NewQuery("SELECT state, count(*) AS n FROM mail_message GROUP BY state").WithContext(ctx).All(&rows); err != nil {
		return nil, fmt.Errorf("count mails: %w", err)
	}
	out := map[string]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

// Resend queues a mail again, in a transaction, with the same Message-ID. Conflict when it waits already, was erased, or lets its reader in.
func Resend(ctx context.Context, tx *database.DB, id string) (Row, error) {
	r, err := Get(ctx, tx, id)
	if err != nil {
		return r, err
	}
	if !r.CanResend() {
		return r, problem.New(problem.Conflict, "This mail cannot be sent again.")
	}
	now := database.Now()
	if _, err := tx.ExecContext(ctx, "UPDATE mail_message SET state = 'queued', attempts = 0, error = '', next_at = ?, ended_at = NULL WHERE id = ?", now, id); err != nil {
		return r, fmt.Errorf("queue a mail again: %w", err)
	}
	return r, wake(tx, time.Time{})
}

const forget = "UPDATE mail_message SET to_name = '', to_address = '', reply_to = '', bcc = '', subject = '', html = '', text = '', draft = '', error = '', erased_at = ?"

// Erase takes a person out of the file's mails, in a transaction (GDPR, article 17). What is still queued to them is not sent.
func Erase(ctx context.Context, tx *database.DB, address string) error {
	now := database.Now()
	_, err := tx.ExecContext(ctx, forget+", state = CASE state WHEN 'queued' THEN 'refused' ELSE state END, ended_at = coalesce(ended_at, ?) WHERE to_address = ? AND erased_at IS NULL", now, now, address)
	if err != nil {
		return fmt.Errorf("erase mails: %w", err)
	}
	return nil
}

// Package mail writes mails into the file whose transaction makes them necessary, and sends them afterwards.
//
// A mail is a row of mail_message. Queue writes it and enqueues the job that sends it, so that there is no mail of
// what was undone, and none is lost when the process ends. A mail is sent at least once: when the process ends after a server took
// it and before that is noted, it is sent again with the same Message-ID (RFC 5322, 3.6.4). What a server refuses for good (5xx) ends;
// what may work later is tried again for some four days (RFC 5321, 4.5.4.1), and is then parked for people to look at.
package mail

import (
	"context"
	"embed"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
)

// Migrations of the tables that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes.
var Tables = []database.Table{
	{Name: "mail_message", Scope: database.Platform, Class: database.Personal},
	{Name: "mail_message", Scope: database.Store, Class: database.Personal},
	{Name: "mail_transport", Scope: database.Platform, Class: database.Secret},
}

// States of a mail.
const (
	Queued  = "queued"
	Sent    = "sent"    // a server has taken it
	Kept    = "kept"    // in development, without a server: it stands in the mailbox
	Refused = "refused" // a server refused it for good
	Parked  = "parked"  // given up after MaxAttempts
)

// States in the order in which they are shown.
var States = []string{Queued, Sent, Kept, Refused, Parked}

// Message is a mail to be sent.
type Message struct {
	Kind    string // "order.placed", for lists
	Ref     string // id of what it is about, for lists
	To      mail.Address
	From    string // the name it comes from; the address is the transport's
	ReplyTo string // an address; "" for none
	BCC     string // an address; "" for none
	Subject string
	HTML    string // "" for a mail of text alone
	Text    string
	// Draft is what HTML and Text are made of before the mail is first sent, by Options.Compose: a transaction that others wait for does not write mails.
	// "" when they stand already.
	Draft string
	// Secret says that the mail lets its reader in, as a link for a new password does: it is never shown to staff, and what it says is
	// erased once it was sent.
	Secret bool
	SendAt time.Time // not before; zero is at once
}

const (
	maxSubject = 200
	maxName    = 100
	maxBody    = 512 << 10 // bytes
)

// oneLine takes what could end a header (RFC 5322, 2.2) or hide in one out of a text, and cuts it to limit characters.
func oneLine(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}

// clean checks a message. Invalid names the field that is wrong: to, reply_to, bcc, subject, text.
func (m *Message) clean() error {
	var f problem.Fields
	address := func(field string, v *string, needed bool) {
		if *v == "" && !needed {
			return
		}
		clean, ok := auth.CleanEmail(*v)
		f.Check(ok, field, "Enter an e-mail address such as name@example.com.")
		*v = clean
	}
	address("to", &m.To.Address, true)
	address("reply_to", &m.ReplyTo, false)
	address("bcc", &m.BCC, false)
	m.To.Name, m.From, m.Subject = oneLine(m.To.Name, maxName), oneLine(m.From, maxName), oneLine(m.Subject, maxSubject)
	f.Check(m.Subject != "", "subject", "Fill this in.")
	f.Check(strings.TrimSpace(m.Text) != "" || m.Draft != "", "text", "Fill this in.")
	f.Check(len(m.Text)+len(m.HTML)+len(m.Draft) <= maxBody, "text", "The mail is too long.")
	f.Check(utf8.ValidString(m.Text) && utf8.ValidString(m.HTML) && utf8.ValidString(m.Draft), "text", "The text contains characters that cannot be sent.")
	return f.Err()
}

// Queue writes a mail in the transaction that makes it necessary, and returns its id: it is sent after the commit, and never when the
// transaction is undone. Errors: Invalid for what cannot be sent, database.ErrNoTransaction.
func Queue(ctx context.Context, tx *database.DB, m Message) (id string, err error) {
	if !tx.InTransaction() {
		return "", fmt.Errorf("queue a mail: %w", database.ErrNoTransaction)
	}
	if err := m.clean(); err != nil {
		return "", err
	}
	id, now := database.NewID(), database.Now()
	at := now
	if m.SendAt.After(now.Time) {
		at = database.At(m.SendAt)
	} else {
		m.SendAt = time.Time{}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO mail_message (id, kind, ref, state, to_name, to_address, from_name, reply_to, bcc, subject, html, text, draft, secret, created_at, next_at)
		VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, m.Kind, m.Ref, m.To.Name, m.To.Address, m.From, m.ReplyTo, m.BCC, m.Subject, m.HTML, m.Text, m.Draft, m.Secret, now, at)
	if err != nil {
		return "", fmt.Errorf("queue a mail: %w", err)
	}
	return id, wake(tx, m.SendAt)
}

// sendKey is the key of the job that waits to send. The job gives it up when it begins, so that what is queued from then on gets a job
// of its own.
const sendKey = "outbox"

// wake has the file's mails sent: at once, or at a time.
func wake(tx *database.DB, at time.Time) error {
	key := sendKey
	if !at.IsZero() {
		key = fmt.Sprint(at.Unix())
	}
	_, err := job.Enqueue(tx, job.New{Kind: SendJob, Key: key, RunAt: at, MaxAttempts: 20})
	return err
}

// Withdraw takes mails of a kind about something back that have not been sent: as if they had never been written. One that is being sent at this
// moment may still arrive.
func Withdraw(ctx context.Context, tx *database.DB, kind, ref string) error {
	if !tx.InTransaction() {
		return fmt.Errorf("withdraw a mail: %w", database.ErrNoTransaction)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM mail_message WHERE kind = ? AND ref = ? AND state = 'queued'", kind, ref); err != nil {
		return fmt.Errorf("withdraw a mail: %w", err)
	}
	return nil
}

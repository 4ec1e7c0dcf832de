package mail

import (
	"context"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/secret"
)

// Password is where the server's password is kept.
var Password = secret.Column{Scope: database.Platform, Table: "mail_transport", Key: "id", Value: "password"}

const transportRow = "smtp"

// Stored is the transport that the operator has chosen; the defaults and no host when there is none.
func (s *Service) Stored(ctx context.Context) (Transport, error) {
	t := Transport{Hourly: defaultHourly, KeepDays: defaultKeepDays, Security: StartTLS, Port: 587}
	var sealed []byte
	rows, err := s.db.QueryContext(ctx, "SELECT host, port, security, username, password, sender, hourly, keep_days FROM mail_transport")
	if err != nil {
		return t, fmt.Errorf("read the mail server's settings: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return t, rows.Err()
	}
	if err := rows.Scan(&t.Host, &t.Port, &t.Security, &t.Username, &sealed, &t.Sender, &t.Hourly, &t.KeepDays); err != nil {
		return t, fmt.Errorf("read the mail server's settings: %w", err)
	}
	if len(sealed) > 0 {
		plain, err := s.keys.Open(Password.Place("", transportRow), sealed)
		if err != nil {
			return t, fmt.Errorf("open the mail server's password: %w", err)
		}
		t.Password = string(plain)
	}
	return t, nil
}

// Save stores the transport. An empty password keeps the one that is there, while host and user name stay the same: a password never goes
// to a server that it was not given for.
func (s *Service) Save(ctx context.Context, t Transport) error {
	if err := t.Validate(); err != nil {
		return err
	}
	before, err := s.Stored(ctx)
	if err != nil {
		return err
	}
	if t.Password == "" && t.Host == before.Host && t.Username == before.Username {
		t.Password = before.Password
	}
	var sealed []byte
	if t.Password != "" {
		if sealed, err = s.keys.Seal(Password.Place("", transportRow), []byte(t.Password)); err != nil {
			return err
		}
	}
	return s.db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO mail_transport (id, host, port, security, username, password, sender, hourly, keep_days, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET host = excluded.host, port = excluded.port, security = excluded.security, username = excluded.username, password = excluded.password,
			sender = excluded.sender, hourly = excluded.hourly, keep_days = excluded.keep_days, updated_at = excluded.updated_at`,
			transportRow, t.Host, t.Port, t.Security, t.Username, sealed, t.Sender, t.Hourly, t.KeepDays, database.Now())
		if err != nil {
			return fmt.Errorf("save the mail server's settings: %w", err)
		}
		e := audit.Entry{Action: "mail.transport.updated", SubjectKind: "settings", SubjectID: "mail", SubjectName: "Mail server"}
		if e.Before, e.After, err = audit.Diff(before.public(), t.public()); err != nil {
			return err
		}
		return audit.Record(ctx, tx, e)
	})
}

// public is what the audit may keep.
func (t Transport) public() map[string]any {
	return map[string]any{"host": t.Host, "port": t.Port, "security": t.Security, "username": t.Username, "has_password": t.Password != "", "sender": t.Sender, "hourly": t.Hourly, "keep_days": t.KeepDays}
}

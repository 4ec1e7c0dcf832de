package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// envelope is the mail as it goes over the wire (RFC 5322).
func (s *Service) envelope(t Transport, r Row) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	// The addresses were checked when the mail was queued; FromFormat would not quote a name with a quotation mark.
	m.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &mail.Address{Name: r.FromName, Address: t.sender(s.domain)})
	m.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Name: r.ToName, Address: r.ToAddress})
	if r.ReplyTo != "" {
		if err := m.ReplyTo(r.ReplyTo); err != nil {
			return nil, err
		}
	}
	if r.BCC != "" {
		if err := m.Bcc(r.BCC); err != nil {
			return nil, err
		}
	}
	m.Subject(r.Subject)
	m.SetMessageIDWithValue(s.MessageID(r.ID))
	m.SetDateWithValue(r.CreatedAt.Time)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	m.SetBodyString(gomail.TypeTextPlain, r.Text)
	if r.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, r.HTML)
	}
	return m, nil
}

// MessageID is a mail's, without angle brackets; it is the same for each attempt.
func (s *Service) MessageID(id string) string { return id + "@" + s.domain }

// Raw is a mail as it goes over the wire.
func (s *Service) Raw(ctx context.Context, r Row) (string, error) {
	t, err := s.Transport(ctx)
	if err != nil {
		return "", err
	}
	m, err := s.envelope(t, r)
	if err != nil {
		return "", fmt.Errorf("compose a mail: %w", err)
	}
	var out strings.Builder
	_, err = m.WriteTo(&out)
	return out.String(), err
}

// connection is one open connection to a mail server.
type connection struct{ client *gomail.Client }

// dial opens a connection. Its errors say what is wrong to an operator, and never contain the password.
func (s *Service) dial(ctx context.Context, t Transport) (*connection, error) {
	options := []gomail.Option{gomail.WithPort(t.Port), gomail.WithTimeout(30 * time.Second), gomail.WithoutNoop()}
	cfg := s.tls.Clone()
	if cfg == nil {
		cfg = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	cfg.ServerName = t.Host
	options = append(options, gomail.WithTLSConfig(cfg))
	switch t.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if t.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(t.Username), gomail.WithPassword(t.Password))
	}
	client, err := gomail.NewClient(t.Host, options...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("speak to the mail server %s: %w", t.Host, err)
	}
	return &connection{client}, nil
}

// Reachable opens a connection to the mail server, signs in, and closes it again.
func (s *Service) Reachable(ctx context.Context) error {
	t, err := s.Transport(ctx)
	if err != nil {
		return err
	}
	if t.Host == "" {
		return errNoServer
	}
	conn, err := s.dial(ctx, t)
	if err == nil {
		conn.close()
	}
	return err
}

func (c *connection) close() { c.client.Close() } //nolint:errcheck // all that was accepted is noted

// permanent tells whether the server refused the mail for good (RFC 5321, 4.2.1: 5yz).
func permanent(err error) bool {
	var refused *gomail.SendError
	if errors.As(err, &refused) {
		return refused.ErrorCode() >= 500 && refused.ErrorCode() < 600
	}
	var answer *textproto.Error
	return errors.As(err, &answer) && answer.Code >= 500
}

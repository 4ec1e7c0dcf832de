package app

import (
	"wizamart/framework/config"
	"wizamart/framework/mail"
)

// ComposeMails has fn make mails of their drafts. It is called while modules are made.
func (a *App) ComposeMails(fn mail.Composer) { a.composer = fn }

// mail is the service that sends mails.
func (a *App) mail() (*mail.Service, error) {
	o := mail.Options{DB: a.Platform.DB, Keys: a.Secrets, Domain: a.Config.BaseDomain, Development: a.Config.Development, Log: a.Log, Noted: a.mailNoted, Compose: a.composer}
	if a.Config.SMTP != "" {
		t, err := mail.ParseURL(a.Config.SMTP)
		if err != nil {
			return nil, &config.Error{Key: "smtp", Value: "…", Allowed: err.Error()} // the value holds a password
		}
		o.Transport = &t
	}
	return mail.New(o), nil
}

package app

import (
	"wizamart/framework/config"
	"wizamart/framework/mail"
)

// mail is the service that sends mails.
func (a *App) mail() (*mail.Service, error) {
	o := mail.Options{DB: a.Platform.DB, Keys: a.Secrets, Domain: a.Config.BaseDomain, Development: a.Config.Development, Log: a.Log, Noted: a.mailNoted}
	if a.Config.SMTP != "" {
		t, err := mail.ParseURL(a.Config.SMTP)
		if err != nil {
			return nil, &config.Error{Key: "smtp", Value: "…", Allowed: err.Error()} // the value holds a password
		}
		o.Transport = &t
	}
	return mail.New(o), nil
}

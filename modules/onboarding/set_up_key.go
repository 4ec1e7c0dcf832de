package onboarding

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/secret"
	"wizamart/framework/web"
)

type keyData struct {
	File      string
	ID        string
	Confirmed bool
	InData    bool // the key lies in the data directory, where it protects nothing
	Code      string
	Groups    []int // of the code, that are to be typed; none unless it is time to
}

func (s *Service) keyData(c *web.Context) (keyData, error) {
	confirmed, err := s.keyConfirmed(c.Ctx())
	file := s.app.Secrets.File()
	return keyData{File: file, ID: s.app.Secrets.ID(), Confirmed: confirmed, InData: strings.HasPrefix(file, s.app.Platform.Dir()+"/")}, err
}

func (s *Service) keyStep(c *web.Context) error {
	d, err := s.keyData(c)
	if err != nil {
		return err
	}
	if c.Query("typed") != "" && !d.Confirmed {
		first := rand.IntN(secret.Groups-1) + 1
		d.Groups = []int{first, first + 1 + rand.IntN(secret.Groups-first)}
	}
	return s.renderStep(c, "key", nil, d)
}

// postKeyShowing shows the recovery code of a key that nobody has confirmed yet.
func (s *Service) postKeyShowing(c *web.Context) error {
	d, err := s.keyData(c)
	if err != nil {
		return err
	}
	if d.Confirmed {
		return problem.New(problem.Conflict, "The recovery code was confirmed, and is not shown again. If it got lost, “wizamart key rotate” makes a new one.")
	}
	err = s.app.Platform.DB.Write(c.Ctx(), func(tx *database.DB) error {
		return audit.Record(c.Ctx(), tx, audit.Entry{Action: "onboarding.recovery_code.shown", SubjectKind: "key", SubjectID: d.ID})
	})
	if err != nil {
		return err
	}
	d.Code = s.app.Secrets.RecoveryCode()
	return s.renderStep(c, "key", nil, d)
}

func (s *Service) postKeyStep(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if form.Value("later") != "" {
		return s.leaveOr(c, "key", form, nil)
	}
	d, err := s.keyData(c)
	if err != nil {
		return err
	}
	if d.Confirmed {
		return c.Redirect("/getting-started")
	}
	typed := map[int]string{}
	for _, at := range form.Values("group") {
		if n, err := strconv.Atoi(at); err == nil && n >= 1 && n <= secret.Groups {
			typed[n] = form.Value("group-" + at)
			d.Groups = append(d.Groups, n)
		}
	}
	err = s.app.Secrets.ConfirmGroups(c.Ctx(), s.app.Platform.DB, typed)
	if err != nil && !form.Take(err) {
		return err
	}
	if form.Any() {
		return s.renderStep(c, "key", form, d)
	}
	err = s.app.Platform.DB.Write(c.Ctx(), func(tx *database.DB) error {
		return audit.Record(c.Ctx(), tx, audit.Entry{Action: "onboarding.recovery_code.confirmed", SubjectKind: "key", SubjectID: d.ID})
	})
	if err != nil {
		return err
	}
	c.Flash("success", "The recovery code is confirmed, and is not shown again.")
	http.Redirect(c.W, c.R, c.URL("/getting-started"), http.StatusSeeOther)
	return nil
}

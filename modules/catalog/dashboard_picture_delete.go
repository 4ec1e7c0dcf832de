package catalog

import (
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// deletePictures takes chosen pictures out of the library, with a button that brings them back for a day.
func (s *Service) deletePictures(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	const back = "/pictures?use=unused"
	deleted, kept, err := s.DeletePictures(c.Ctx(), c.Store, form.Values("delete"))
	if problem.Is(err, problem.Invalid) {
		c.Flash("error", "%s", firstMessage(err))
		return c.Redirect(back)
	}
	if err != nil {
		return err
	}
	if len(deleted) > 0 {
		if err := s.flashUndo(c, c.TN("%d picture was deleted.", "%d pictures were deleted.", len(deleted)), &undoState{Pictures: deleted}); err != nil {
			return err
		}
	}
	if kept > 0 {
		c.Flash("warning", "%s", c.TN("%d picture stays: it is shown somewhere, or in an order.", "%d pictures stay: they are shown somewhere, or in an order.", kept))
	}
	return c.Redirect(back)
}

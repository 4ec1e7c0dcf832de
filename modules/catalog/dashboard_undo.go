package catalog

import (
	"wizamart/framework/web"
)

// flashUndo says what was done, with a button that takes it back.
func (s *Service) flashUndo(c *web.Context, text string, state *undoState) error {
	id, err := s.keepUndo(c.Ctx(), c.Store, state)
	if err != nil {
		return err
	}
	flash := web.Flash{Kind: "success", Text: text}
	if id != "" {
		flash.Action, flash.ActionURL = c.T("Undo"), c.URL("/product-undoings/"+id)
	}
	c.FlashAction(flash)
	return nil
}

func (s *Service) undoAction(c *web.Context) error {
	state, err := s.undoState(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	back := "/products"
	if len(state.Pictures) > 0 {
		back = "/pictures"
	} else if len(state.Products) == 0 {
		back = "/categories"
	}
	done, left, err := s.Undo(c.Ctx(), c.Store, c.Param("id"), c.Can)
	if err != nil {
		return err
	}
	switch {
	case left == 0:
		c.Flash("success", "It is as it was before.")
	case done == 0:
		c.Flash("warning", "Nothing was undone: it was changed again meanwhile.")
	default:
		c.FlashAction(web.Flash{Kind: "warning", Text: c.TN("Undone but for %d that was changed again meanwhile.", "Undone but for %d that were changed again meanwhile.", left)})
	}
	return c.Back(back)
}

// flashSaved says that a product was saved, and takes all of it back but the stock.
func (s *Service) flashSaved(c *web.Context, before, saved *Product) error {
	state := &undoState{}
	if !saved.UpdatedAt.Equal(before.UpdatedAt.Time) {
		state.Products = []undoProduct{{ID: before.ID, Version: saved.UpdatedAt.UnixMilli(), Whole: before}}
	}
	return s.flashUndo(c, c.T("“%s” was saved.", clip(saved.Title)), state)
}

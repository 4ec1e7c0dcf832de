package catalog

import "wizamart/framework/web"

func (s *Service) duplicateProduct(c *web.Context) error {
	p, err := s.Product(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	copied, err := s.Duplicate(c.Ctx(), c.Store, p.ID, c.T("Copy of %s", p.Title))
	if err != nil {
		return err
	}
	c.Flash("success", "This is the copy. It is a draft.")
	return c.Redirect("/products/" + copied.ID)
}

func (s *Service) deleteProduct(c *web.Context) error {
	id := c.Param("id")
	p, err := s.Product(c.Ctx(), c.Store, id)
	if err != nil {
		return err
	}
	if err := s.Delete(c.Ctx(), c.Store, id); err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("“%s” was deleted.", clip(p.Title)), Action: c.T("Undo"), ActionURL: c.URL("/products/" + id + "/restorations")})
	return c.Redirect("/products")
}

func (s *Service) restoreProduct(c *web.Context) error {
	p, err := s.Restore(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” is back.", clip(p.Title))
	return c.Redirect("/products/" + p.ID)
}

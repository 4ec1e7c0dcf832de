package catalog

import (
	"wizamart/framework/web"
	"wizamart/ui"
)

// safetyCard is the card Product safety on the product's page.
type safetyCard struct {
	Makers, Representers []ui.Option
	DefaultMaker         string // what an empty choice means
	DefaultRepresenter   string
	Lacks                string // what article 19 asks for and is not there
}

func (s *Service) safetyCard(c *web.Context, p *Product) (card safetyCard, err error) {
	set, err := s.typeSetOf(c.Ctx(), c.Store)
	if err != nil {
		return card, err
	}
	card.DefaultMaker, card.DefaultRepresenter = c.T("Nobody yet"), c.T("Nobody")
	for _, one := range set.parties {
		if one.DefaultManufacturer {
			card.DefaultMaker = c.T("The store’s: %s", one.Name)
		}
		card.Makers = append(card.Makers, ui.Option{Value: one.ID, Label: one.Name})
		if one.DefaultResponsible {
			card.DefaultRepresenter = c.T("The store’s: %s", one.Name)
		}
		if one.InUnion() {
			card.Representers = append(card.Representers, ui.Option{Value: one.ID, Label: one.Name})
		}
	}
	sells, err := s.sellsToUnion(c)
	if err != nil || !sells || !p.tangible() {
		return card, err
	}
	switch told := set.safetyOf(p); {
	case told.Maker == nil:
		card.Lacks = c.T("Shops that sell to the European Union name the manufacturer with every product.")
	case !told.Maker.InUnion() && told.Representer == nil:
		card.Lacks = c.T("The manufacturer is outside the European Union: name a responsible person in it.")
	}
	return card, nil
}

// safetyChange reads the card.
func safetyChange(form *web.Form, change func(*Product) error) func(*Product) error {
	if !has(form, "safety_shown") {
		return change
	}
	return func(p *Product) error {
		p.Safety = Safety{
			Manufacturer: form.Value("safety_manufacturer"), Responsible: form.Value("safety_responsible"),
			Model: form.Value("safety_model"), Batch: form.Value("safety_batch"), Serial: form.Value("safety_serial"), Warnings: form.Value("safety_warnings"),
		}
		return change(p)
	}
}

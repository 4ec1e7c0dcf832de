package modules

import (
	"wizamart/framework/app"
	"wizamart/framework/web"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/cms"
	"wizamart/modules/core"
	"wizamart/modules/payments"
)

// startSteps is what a new store needs, in the order in which a merchant does it. A step of a module that is off, or that the
// person may not take, is nil.
func startSteps(a *app.App, products *catalog.Service, till *checkout.Service, shop *cms.Service) []func(c *web.Context) (*core.Step, error) {
	may := func(c *web.Context, module, permission string) bool {
		return a.EnabledFor(c.Store, module) && c.Can(permission)
	}
	return []func(c *web.Context) (*core.Step, error){
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "catalog", catalog.Write) {
				return nil, nil
			}
			counts, err := products.StatusCounts(c.Ctx(), c.Store)
			if err != nil {
				return nil, err
			}
			step := &core.Step{Icon: "package", Title: c.T("Add your first product"), Text: c.T("By hand, or all at once from a CSV file."), URL: c.URL("/products"), Done: counts[catalog.Active] > 0}
			if counts[catalog.Draft] > 0 && !step.Done {
				step.Title, step.Text, step.URL = c.T("Put a product in the shop"), c.T("Yours are drafts: set one to Active when it is ready."), c.URL("/products?status=draft")
			}
			return step, nil
		},
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "payments", payments.Write) {
				return nil, nil
			}
			p := payments.SettingsOf(c.Store)
			return &core.Step{Icon: "credit-card", Title: c.T("Say how you are paid"), Text: c.T("Cards, your bank account for transfers, or cash on delivery."), URL: c.URL("/payment"),
				Done: p.BankIBAN != "" || p.Card || p.Cash && !p.BankTransfer}, nil
		},
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "checkout", "checkout.write") {
				return nil, nil
			}
			return &core.Step{Icon: "scale", Title: c.T("Say who you are in law"), Text: c.T("Name, address and VAT number: orders and the legal notice show them."), URL: c.URL("/legal-identity"),
				Done: checkout.SellerOf(c.Store).Complete()}, nil
		},
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "checkout", "checkout.write") {
				return nil, nil
			}
			return &core.Step{Icon: "percent", Title: c.T("Decide about taxes"), Text: c.T("No tax is charged until you say that you have to."), URL: c.URL("/taxes"), Done: checkout.TaxesSet(c.Store)}, nil
		},
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "checkout", "checkout.write") {
				return nil, nil
			}
			methods, err := till.ShippingMethods(c.Ctx(), c.Store)
			if err != nil {
				return nil, err
			}
			step := &core.Step{Icon: "truck", Title: c.T("Check the delivery prices"), Text: c.T("Two ways to deliver are there to begin with: make them yours."), URL: c.URL("/delivery")}
			for _, m := range methods {
				step.Done = step.Done || m.UpdatedAt != m.CreatedAt
			}
			return step, nil
		},
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "cms", cms.Write) {
				return nil, nil
			}
			_, chosen := c.Store.Settings().Get("cms.theme")
			return &core.Step{Icon: "palette", Title: c.T("Choose how the shop looks"), Text: c.T("Colours, logo, and the picture that greets shoppers."), URL: c.URL("/theme"),
				Done: chosen}, nil
		},
		func(c *web.Context) (*core.Step, error) {
			if !may(c, "cms", cms.Write) {
				return nil, nil
			}
			pages, err := shop.Pages(c.Ctx(), c.Store)
			if err != nil {
				return nil, err
			}
			step := &core.Step{Icon: "file-text", Title: c.T("Write who you are"), Text: c.T("Pages about you, delivery and returns, and your terms."), URL: c.URL("/pages")}
			for _, p := range pages {
				step.Done = step.Done || p.Published
			}
			return step, nil
		},
	}
}

package modules

import (
	"context"
	"strings"

	"wizamart/framework/app"
	"wizamart/modules/cms"
	"wizamart/modules/messaging"
	"wizamart/modules/orders"
	"wizamart/tenant"
)

// messagingOrders gives mails the orders that they are about.
type messagingOrders struct{ *orders.Service }

func (a messagingOrders) Newest(ctx context.Context, st *tenant.Store) (string, error) {
	page, err := a.List(ctx, st, orders.Filter{Limit: 1})
	if err != nil || len(page.Orders) == 0 {
		return "", err
	}
	return page.Orders[0].ID, nil
}

// shopURL is where a store's shop is, without a slash at the end.
func shopURL(a *app.App, info *tenant.Info) string {
	host := info.Code + "." + info.Base
	if len(info.Domains) > 0 {
		host = info.Domains[0]
	}
	return strings.TrimSuffix(a.Config.URL(host, ""), "/")
}

func mailLook(a *app.App) func(st *tenant.Store) messaging.Look {
	return func(st *tenant.Store) messaging.Look {
		logo, accent, ink := cms.MailLook(st)
		l := messaging.Look{Name: st.Info().Name, URL: shopURL(a, st.Info()), Accent: accent, AccentInk: ink}
		if logo != "" && !strings.HasSuffix(logo, ".svg") { // mail programs show no SVG
			l.Logo = l.URL + logo
		}
		return l
	}
}

package orders

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// orderDownload is what the buyer of a line may download.
type orderDownload struct {
	LineID    string              `json:"line_id"`
	State     string              `json:"state" enum:"ready,unpaid,ended,revoked,expired"`
	URL       string              `json:"url" doc:"Its page in the shop: whoever has the address can download"`
	Allowed   int                 `json:"allowed" doc:"Downloads of each file; 0 is any number"`
	ExpiresAt *time.Time          `json:"expires_at,omitempty" doc:"Missing: never"`
	RevokedAt *time.Time          `json:"revoked_at,omitempty"`
	Files     []orderDownloadFile `json:"files"`
}

type orderDownloadFile struct {
	Name    string     `json:"name"`
	Bytes   int64      `json:"bytes"`
	Hash    string     `json:"hash" doc:"SHA-256, in hex"`
	Taken   int        `json:"taken" doc:"Downloads that count"`
	TakenAt *time.Time `json:"taken_at,omitempty" doc:"The last of them"`
}

type listDownloadsOutput struct {
	Body struct {
		Items []orderDownload `json:"items"`
	}
}

type downloadInput struct {
	OrderInput
	Line string `path:"line" doc:"Id of the line"`
}

func (s *Service) apiDownloadRoutes(r *app.Router) {
	const base = "/stores/{store}/orders/{order}/downloads"
	app.API(r, app.Operation{Method: "GET", Path: base, Permission: "orders.fulfil", ID: "list-order-downloads", Tag: "Orders", Summary: "List what an order’s buyer may download"}, s.apiDownloads)
	app.API(r, app.Operation{Method: "POST", Path: base + "/{line}/renewals", Permission: "orders.fulfil", ID: "renew-order-download", Tag: "Orders", Status: 201, Errors: []int{409},
		Summary: "Renew a download", Description: "The buyer gets another link by mail: with the files that the product has today, counted from nothing. The link before ends. A line without a download gets one."},
		func(ctx context.Context, c *web.Context, in *downloadInput) (*listDownloadsOutput, error) {
			if err := s.RenewDownload(ctx, c.Store, in.Order, in.Line); err != nil {
				return nil, err
			}
			return s.apiDownloads(ctx, c, &in.OrderInput)
		})
	app.API(r, app.Operation{Method: "POST", Path: base + "/{line}/revocations", Permission: "orders.fulfil", ID: "revoke-order-download", Tag: "Orders", Status: 201, Errors: []int{409}, Summary: "Stop a download"},
		func(ctx context.Context, c *web.Context, in *downloadInput) (*listDownloadsOutput, error) {
			if err := s.RevokeDownload(ctx, c.Store, in.Order, in.Line); err != nil {
				return nil, err
			}
			return s.apiDownloads(ctx, c, &in.OrderInput)
		})
}

func (s *Service) apiDownloads(ctx context.Context, c *web.Context, in *OrderInput) (*listDownloadsOutput, error) {
	o, err := s.Get(ctx, c.Store, in.Order)
	if err != nil {
		return nil, err
	}
	list, err := s.Downloads(ctx, c.Store, o.ID)
	out := &listDownloadsOutput{}
	out.Body.Items = []orderDownload{}
	for i := range list {
		d := &list[i]
		x := orderDownload{LineID: d.LineID, State: o.downloadState(d, s.now()), URL: s.shopURL(c, "/downloads/"+d.Token), Allowed: d.Allowed, Files: []orderDownloadFile{}}
		if !d.ExpiresAt.IsZero() {
			x.ExpiresAt = &d.ExpiresAt.Time
		}
		if !d.RevokedAt.IsZero() {
			x.RevokedAt = &d.RevokedAt.Time
		}
		for _, f := range d.Files {
			y := orderDownloadFile{Name: f.Name, Bytes: f.Bytes, Hash: f.Hash, Taken: f.Taken}
			if !f.TakenAt.IsZero() {
				y.TakenAt = &f.TakenAt.Time
			}
			x.Files = append(x.Files, y)
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out, err
}

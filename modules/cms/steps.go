package cms

import (
	"context"

	"wizamart/framework/app"
	"wizamart/tenant"
)

// steps is how a new store comes to look like itself.
func (s *Service) steps(ctx context.Context, st *tenant.Store) ([]app.Step, error) {
	_, chosen := st.Settings().Get("cms.theme")
	pages, err := s.Pages(ctx, st)
	if err != nil {
		return nil, err
	}
	about := app.Step{Key: "cms.pages", Icon: "file-text", Title: "Write who you are", Text: "Pages about you, delivery and returns, and your terms.", Path: "/pages", Permission: Write, Order: 60}
	for _, p := range pages {
		about.Done = about.Done || p.Published
	}
	return []app.Step{
		{Key: "cms.theme", Icon: "palette", Title: "Choose how the shop looks", Text: "Colours, logo, and the picture that greets shoppers.", Path: "/theme", Permission: Write, Order: 50, Done: chosen},
		about,
	}, nil
}

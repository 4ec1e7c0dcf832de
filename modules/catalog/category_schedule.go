package catalog

import (
	"context"
	"slices"

	"wizamart/framework/database"
	"wizamart/framework/timezone"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// categoryInShop is the condition under which shoppers see category c by itself; its parameter is now. They see it only with all that are above it: see
// shownCategories.
const categoryInShop = "? BETWEEN coalesce(c.publish_at, 0) AND coalesce(c.unpublish_at - 1, 9223372036854775807)"

// shown tells whether shoppers see the category by itself now.
func (c *Category) shown(now database.Time) bool {
	return !c.PublishAt.After(now.Time) && (c.UnpublishAt.IsZero() || now.Before(c.UnpublishAt.Time))
}

// shownCategories are the living categories that shoppers see, siblings in order: what stands below one that they do not see is not seen either.
func (s *Service) shownCategories(ctx context.Context, st *tenant.Store, now database.Time) ([]Category, error) {
	all, err := s.CategoryRows(ctx, st)
	if err != nil {
		return nil, err
	}
	hidden := map[string]bool{}
	for _, n := range tree(all) { // those above come first
		hidden[n.ID] = hidden[n.ParentID] || !n.shown(now)
	}
	return slices.DeleteFunc(all, func(c Category) bool { return hidden[c.ID] }), nil
}

// categorySchedule is what the category's form shows of its schedule.
func (s *Service) categorySchedule(c *web.Context, cat *Category) scheduleView {
	in := timezone.Of(c.Store)
	v := scheduleView{Zone: in.String(), Badge: categoryBadge(c, cat, s.moment())}
	if !cat.PublishAt.IsZero() {
		v.PublishAt = cat.PublishAt.In(in).Format(web.InputTime)
	}
	if !cat.UnpublishAt.IsZero() {
		v.UnpublishAt = cat.UnpublishAt.In(in).Format(web.InputTime)
	}
	return v
}

// categoryBadge says that a category comes into the shop by itself, or has left it; "" for neither.
func categoryBadge(c *web.Context, cat *Category, now database.Time) string {
	if from := cat.PublishAt; !from.IsZero() {
		return scheduleBadge(c, Active, from, cat.UnpublishAt, now)
	}
	return scheduleBadge(c, Active, cat.CreatedAt, cat.UnpublishAt, now)
}

// typedCategorySchedule reads the schedule from the category's form: what does it to a category. Complaints are in the form.
func (s *Service) typedCategorySchedule(c *web.Context, form *web.Form, id string) (func(*Category), error) {
	if !has(form, "unpublish_at") {
		return func(*Category) {}, nil
	}
	cat, err := s.Category(c.Ctx(), c.Store, id)
	if err != nil {
		return nil, err
	}
	was := s.categorySchedule(c, cat)
	from, fromNew := typedTime(form, "publish_at", was.PublishAt, timezone.Of(c.Store))
	until, untilNew := typedTime(form, "unpublish_at", was.UnpublishAt, timezone.Of(c.Store))
	return func(cat *Category) {
		if fromNew {
			cat.PublishAt = from
		}
		if untilNew {
			cat.UnpublishAt = until
		}
	}, nil
}

package cms

import (
	"context"
	"fmt"
	"strings"

	"wizamart/tenant"
)

// Pictures are those of the given ones, by the hashes in their addresses, that a page or the theme shows. Deleted pages count: they may come back.
func (s *Service) Pictures(ctx context.Context, st *tenant.Store, hashes []string) (shown []string, err error) {
	pages, err := queryPages(ctx, st, "WHERE instr(body, '/media/') > 0")
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	for i := range pages {
		text.WriteString(pages[i].Body)
	}
	theme := ThemeOf(st.Settings())
	for _, f := range theme.fields() {
		fmt.Fprintln(&text, *f.at)
	}
	for _, hash := range hashes {
		if strings.Contains(text.String(), hash) {
			shown = append(shown, hash)
		}
	}
	return shown, nil
}

package tenant

import (
	"context"
	"fmt"
	"strings"

	"github.com/gosimple/slug"
	"github.com/pocketbase/dbx"

	"wizamart/framework/problem"
)

// CheckCode is nil for a code that a new store can have; else a complaint about the field “code”. A deleted store's code stays its
// own: addresses and cookies with it are still about.
func (p *Platform) CheckCode(ctx context.Context, code string) error {
	var f problem.Fields
	if checkCode(&f, code); f.Err() != nil {
		return f.Err()
	}
	taken, err := p.codeTaken(ctx, code)
	if err == nil && taken {
		return problem.On("code", "There is a store with the code “%s” already.", code)
	}
	return err
}

func checkCode(f *problem.Fields, code string) {
	switch {
	case reservedCodes[code]:
		f.Add("code", "“%s” is reserved. Choose another code.", code)
	case !ValidCode(code):
		f.Add("code", "Use 2 to 40 lower-case letters, digits and single hyphens, starting with a letter.")
	}
}

func (p *Platform) codeTaken(ctx context.Context, code string) (bool, error) {
	var taken int
	err := p.DB.NewQuery("SELECT count(*) FROM tenant_store WHERE code = {:c}").Bind(dbx.Params{"c": code}).WithContext(ctx).Row(&taken)
	return taken > 0, err
}

// SuggestCode makes a free code of a shop's name; "" when nothing of the name can be part of one.
func (p *Platform) SuggestCode(ctx context.Context, name string) (string, error) {
	base := strings.TrimLeft(slug.Make(name), "0123456789-_")
	base = strings.Trim(strings.ReplaceAll(base[:min(len(base), 34)], "_", "-"), "-")
	if base == "" {
		return "", nil
	}
	if len(base) < 2 || reservedCodes[base] {
		base += "-shop"
	}
	code := base
	for n := 2; ; n++ {
		taken, err := p.codeTaken(ctx, code)
		if err != nil || !taken && ValidCode(code) {
			return code, err
		}
		if n > 50 {
			return "", nil
		}
		code = fmt.Sprintf("%s-%d", base, n)
	}
}

package catalog

import (
	"context"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

var (
	noCategory = problem.New(problem.NotFound, "This category does not exist any more.")
	notInShop  = problem.New(problem.NotFound, "This product is not in the shop any more.")
)

// ProductView is a product as its page in the shop shows it.
type ProductView struct {
	Product  *Product
	Chosen   *Variant // what the page is about: asked for, else the first that can be sold, else the first
	Asked    bool     // it was asked for
	Levels   map[string]inventorytype.Level
	Path     []Category // to its first category
	Related  []catalogtype.Card
	Delivery *catalogtype.Delivery // to customers in the seller's country; nil when it is not known
	Prior    int64                 // lowest price of the chosen variant in the 30 days before today's; 0 where it is not known, or not shown
	Safety   *ToldSafety           // what shoppers are told of its safety
	Told     []toldField           // what it says in the fields of its type
	Files    []catalogtype.File    // that buyers of the chosen variant get, where there is nothing else to it
	Until    time.Time             // when it changes by itself; zero for never
}

const relatedProducts = 4

// ShopProduct reads a product's page in the shop: six queries and one for what is downloaded, on one snapshot. A product that is not in the shop is problem.NotFound;
// an unknown variant is as if none had been asked for.
func (s *Service) ShopProduct(ctx context.Context, st *tenant.Store, slug, variantID string) (*ProductView, error) {
	v := &ProductView{}
	types, err := s.typeSetOf(ctx, st) // outside of the snapshot, where it is kept in memory
	if err != nil {
		return nil, err
	}
	err = st.View(ctx, func(view *tenant.Store) error {
		var err error
		if v.Product, err = s.ProductBySlug(ctx, view, slug); err != nil {
			return err
		}
		if !v.Product.InShop(s.moment()) || len(v.Product.Variants) == 0 {
			return notInShop
		}
		if v.Path, err = categoryPath(ctx, view, v.Product.ID, s.moment()); err != nil {
			return err
		}
		if v.Related, err = relatedCards(ctx, view, v.Product, s.moment(), relatedProducts); err != nil {
			return err
		}
		v.Told, v.Safety = types.shownFields(v.Product), types.safetyOf(v.Product)
		if err := s.productLevels(ctx, view, v); err != nil {
			return err
		}
		v.choose(variantID)
		if !v.Chosen.RequiresShipping {
			files, err := s.SoldFiles(ctx, view, []string{v.Chosen.ID})
			if err != nil {
				return err
			}
			v.Files = files[v.Chosen.ID]
		}
		if s.DeliveryHome != nil {
			if v.Delivery, err = s.DeliveryHome(ctx, view, money.New(v.Chosen.Price, view.Currency()), v.Chosen.Grams); err != nil {
				return err
			}
		}
		if v.Chosen.CompareAt == nil || *v.Chosen.CompareAt <= v.Chosen.Price || !showsPrior(view) {
			return nil
		}
		lowest, err := priors(ctx, view, []string{v.Chosen.ID})
		v.Prior = lowest[v.Chosen.ID]
		return err
	})
	return v, err
}

// productLevels reads the stock of the product and of those related to it at once.
func (s *Service) productLevels(ctx context.Context, st *tenant.Store, v *ProductView) error {
	var ids []string
	for i := range v.Product.Variants {
		ids = append(ids, v.Product.Variants[i].ID)
	}
	for i := range v.Related {
		ids = append(ids, v.Related[i].VariantIDs...)
	}
	var err error
	if v.Levels, err = s.levelsOf(ctx, st, ids); err != nil {
		return err
	}
	v.Until = inventorytype.ShownUntil(v.Levels)
	for i := range v.Related {
		v.Related[i].SoldOut = !anyInStock(v.Related[i].VariantIDs, v.Levels)
	}
	return nil
}

func (v *ProductView) choose(id string) {
	if v.Chosen = v.Product.Variant(id); v.Chosen != nil {
		v.Asked = true
		return
	}
	v.Chosen = &v.Product.Variants[0]
	for i := range v.Product.Variants {
		if v.Levels[v.Product.Variants[i].ID].InStock() {
			v.Chosen = &v.Product.Variants[i]
			return
		}
	}
}

// HasOptions tells whether there is anything to choose.
func (v *ProductView) HasOptions() bool { return len(v.Product.Variants) > 1 }

// with finds the variant that comes closest to the chosen one with option i set to value: it has the value, and keeps as many of the
// other options as it can, the earlier ones first. exact tells whether it keeps them all. It is nil when no variant has the value.
func (v *ProductView) with(i int, value string) (best *Variant, exact bool) {
	score := -1
	for k := range v.Product.Variants {
		c := &v.Product.Variants[k]
		if c.Values[i] != value {
			continue
		}
		n := 0
		for o := range v.Product.Options {
			if o != i && c.Values[o] == v.Chosen.Values[o] {
				n += 10 - o*3
			}
		}
		if v.Levels[c.ID].InStock() {
			n++
		}
		if n > score {
			best, score = c, n
		}
	}
	exact = best != nil
	for o := range v.Product.Options {
		if exact && o != i && best.Values[o] != v.Chosen.Values[o] {
			exact = false
		}
	}
	return best, exact
}

// listed tells whether variants are chosen from one list, because they are too many for chips.
func (v *ProductView) listed() bool {
	for _, o := range v.Product.Options {
		if len(o.Values) > 12 {
			return true
		}
	}
	return len(v.Product.Variants) > 60
}

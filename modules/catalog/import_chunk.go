package catalog

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"wizamart/framework/problem"
	"wizamart/modules/catalog/shopifycsv"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// chunkTime is how long a chunk's transaction is meant to take. Other writers of the store wait no longer than that,
// or than one product takes.
const chunkTime = 40 * time.Millisecond

// Rows of a chunk.
const (
	firstChunk = 20
	maxChunk   = 2000
)

// chunks imports the reader's products.
func (m *importing) chunks(ctx context.Context, r *shopifycsv.Reader) error {
	size, skip := firstChunk, m.state.Groups
	var chunk []*shopifycsv.Product
	weight := 0
	for end := false; !end; {
		p, err := r.Next()
		switch {
		case err == io.EOF:
			end = true
		case err != nil:
			return err
		case skip > 0:
			skip--
			continue
		default:
			chunk = append(chunk, p)
			weight += max(len(p.Variants), len(p.Images), 1)
		}
		if weight < size && !end || len(chunk) == 0 {
			continue
		}
		took, err := m.commit(ctx, chunk)
		if err != nil {
			return err
		}
		if m.in.Progress != nil {
			if err := m.in.Progress(ctx, min(r.Rows(), m.rows), m.rows); err != nil {
				return err
			}
		}
		ratio := min(2, float64(chunkTime)/float64(max(took, time.Millisecond/10)))
		size = min(max(int(float64(weight)*ratio), 1), maxChunk)
		chunk, weight = nil, 0
	}
	return nil
}

// commit imports some products in one transaction and tells how long that took inside.
func (m *importing) commit(ctx context.Context, chunk []*shopifycsv.Product) (took time.Duration, err error) {
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	if m.in.DryRun {
		next, err := m.apply(ctx, m.st, chunk)
		if err == nil {
			m.finish(next)
		}
		return chunkTime / 2, err
	}
	var next *chunkState
	err = m.st.Write(ctx, func(tx *tenant.Store) error {
		started := time.Now()
		var err error
		if next, err = m.apply(ctx, tx, chunk); err != nil {
			return err
		}
		if m.in.Checkpoint != nil {
			err = m.in.Checkpoint(ctx, tx, &next.state)
		}
		took = time.Since(started)
		return err
	})
	if err == nil {
		m.finish(next)
	}
	return took, err
}

// chunkState is what a chunk leaves once it is committed: its closure may run more than once.
type chunkState struct {
	state    ImportState
	warnings []ImportIssue
	overlay  map[string]*Product
	seen     map[uint64]bool
}

func (m *importing) finish(c *chunkState) {
	m.state = c.state
	for _, w := range c.warnings {
		m.report.warn(w)
	}
	maps.Copy(m.overlay, c.overlay)
	maps.Copy(m.seen, c.seen)
}

func (m *importing) apply(ctx context.Context, st *tenant.Store, chunk []*shopifycsv.Product) (*chunkState, error) {
	c := &chunkState{state: m.state, overlay: map[string]*Product{}, seen: map[uint64]bool{}}
	c.state.Apart, c.state.Errors = maps.Clone(m.state.Apart), slices.Clone(m.state.Errors)
	handles := make([]string, len(chunk))
	for i, f := range chunk {
		handles[i] = f.Handle
	}
	list, err := m.ProductsByHandle(ctx, st, handles)
	if err != nil {
		return nil, err
	}
	known := make(map[string]*Product, len(list))
	for i := range list {
		known[list[i].Handle] = &list[i]
	}
	levels := map[string]inventorytype.Level{}
	if m.in.StockSet {
		pointers := make([]*Product, len(list))
		for i := range list {
			pointers[i] = &list[i]
		}
		if levels, err = m.levels(ctx, st, pointers...); err != nil {
			return nil, err
		}
	}
	for _, f := range chunk {
		if m.in.DryRun {
			for _, seen := range []*Product{m.overlay[f.Handle], c.overlay[f.Handle]} {
				if seen != nil {
					known[f.Handle] = seen
				}
			}
		}
		p, err := m.one(ctx, st, known[f.Handle], f, levels, c)
		var refused *problem.Error
		switch {
		case errors.As(err, &refused) && refused.Code != problem.Internal:
			c.state.Errors = append(c.state.Errors, m.rejection(f, p, refused)...)
		case err != nil:
			return nil, err
		default:
			known[f.Handle] = p
			if m.in.DryRun && m.apart[handleKey(f.Handle)] {
				c.overlay[f.Handle] = p
			}
		}
		c.state.Groups++
	}
	if len(c.state.Errors) > MaxImportIssues {
		c.state.Errors = c.state.Errors[:MaxImportIssues]
	}
	return c, nil
}

// one imports one product and counts what became of it.
func (m *importing) one(ctx context.Context, st *tenant.Store, before *Product, f *shopifycsv.Product, levels map[string]inventorytype.Level, c *chunkState) (*Product, error) {
	apart := m.apart[handleKey(f.Handle)]
	mg := merge{importing: m, chunk: c, ctx: ctx, st: st, before: before, file: f, levels: levels, lenient: apart}
	p, err := mg.product()
	if err != nil {
		return p, err
	}
	stock := map[string]bool{}
	for i := range p.Variants {
		stock[p.Variants[i].key()] = p.Variants[i].Stock != nil
	}
	var changed bool
	if m.in.DryRun {
		changed, err = m.wouldSave(ctx, st, before, p)
	} else {
		err = st.Write(ctx, func(tx *tenant.Store) error { // a savepoint: a refusal undoes this product alone
			changed, err = m.Save(ctx, tx, before, p)
			return err
		})
	}
	if err != nil {
		return p, err
	}
	result := unchanged
	if before == nil {
		result = created
	} else if changed {
		result = updated
	}
	c.count(handleKey(f.Handle), apart, result)
	for _, key := range mg.named {
		v := p.variantByKey(key)
		v.Stock = nil // a dry run carries nothing over
		if apart {
			c.seen[variantKey(f.Handle, key)] = true
		}
		old := before.variantByKey(key)
		switch {
		case mg.adopted == key:
			c.state.Variants.add(updated, 1)
		case old == nil:
			c.state.Variants.add(created, 1)
		case !v.same(old) || stock[key]:
			c.state.Variants.add(updated, 1)
		default:
			c.state.Variants.add(unchanged, 1)
		}
	}
	m.countImages(p, &mg, c)
	return p, nil
}

// count counts a product once, also when its rows lie apart: then the most that happened to it.
func (c *chunkState) count(key uint64, apart bool, result outcome) {
	if apart {
		before := c.state.Apart[key]
		if result = max(result, before); result == before {
			return
		}
		c.state.Products.add(before, -1)
		c.state.Apart[key] = result
	}
	c.state.Products.add(result, 1)
}

// wouldSave is Save without writing.
func (m *importing) wouldSave(ctx context.Context, st *tenant.Store, before, p *Product) (changed bool, err error) {
	p.prepare(before)
	if err := p.Validate(); err != nil {
		return false, err
	}
	if err := m.checkUnique(ctx, st, p); err != nil {
		return false, err
	}
	return before == nil || len(p.changedFields(before)) > 0, nil
}

func (v *Variant) key() string { return v.Values[0] + "\x00" + v.Values[1] + "\x00" + v.Values[2] }

func (p *Product) variantByKey(key string) *Variant {
	if p == nil {
		return nil
	}
	for i := range p.Variants {
		if p.Variants[i].key() == key {
			return &p.Variants[i]
		}
	}
	return nil
}

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wizamart/modules/catalog"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
)

// realFile is a product CSV made by others. It is not part of the repository; without it its row is left out.
const realFile = "../shared/data/shopify/snowdevil.csv"

const generatedRows = 20_000

// imports measures the import of product files into empty stores against the same writes straight on modernc.
func (b *bench) imports() error {
	if name := "import/snowdevil.csv"; b.wants(name) {
		if err := b.imported(name, realFile, rounds); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if name := fmt.Sprintf("import/%d generated rows", generatedRows); b.wants(name) {
		path := filepath.Join(b.dir, "generated.csv")
		if err := generate(path, generatedRows); err != nil {
			return err
		}
		return b.imported(name, path, 1) // it is long enough
	}
	return nil
}

func (b *bench) imported(name, path string, rounds int) error {
	if _, err := os.Stat(path); err != nil {
		b.say("%s is left out: %v", name, err)
		return err
	}
	d, err := b.demo()
	if err != nil {
		return err
	}
	i := &importing{b: b, d: d, path: path, empty: filepath.Join(b.dir, "empty-"+filepath.Base(path)+".db")}
	if i.products, err = service[*catalog.Service](d); err != nil {
		return err
	}
	// The heap is looked at before the statements are kept, which need more of it than the import.
	first, err := i.ours(0)
	if err != nil {
		return err
	}
	peak := i.peak
	if err := i.record(); err != nil {
		return err
	}
	ours := i.ours
	if rounds == 1 {
		ours = func(time.Duration) (float64, error) { return first, nil }
	}
	row, err := b.cold(name, rounds, ours, i.limit)
	if err != nil {
		return err
	}
	row.CPU = 0 // making stores and copies is in it
	row.Unit, row.LimitIs, row.Statements = "rows/s", "the same writes straight on modernc", float64(i.statements)/float64(i.rows)
	row.Note = fmt.Sprintf("%d rows, %d products, in %s transactions; at most %s MiB of heap more", i.rows, i.made, figure(float64(len(i.writes))), figure(peak/(1<<20)))
	if rounds == 1 {
		row.Note += "; one round"
	}
	return nil
}

type importing struct {
	b        *bench
	d        *demo
	products *catalog.Service
	path     string
	empty    string // a copy of an empty store's file
	copies   int

	rows, made, statements int
	writes                 [][]call // by transaction
	peak                   float64  // bytes, of the last run
}

// fresh makes an empty store.
func (i *importing) fresh() (*tenant.Store, func(), error) {
	staff, err := service[*tenancy.Service](i.d)
	if err != nil {
		return nil, nil, err
	}
	merchant := i.d.store.Info().MerchantID
	code := fmt.Sprintf("import%d", len(i.d.app.Platform.Stores()))
	info, err := staff.CreateStore(i.b.ctx, tenant.NewStore{MerchantID: merchant, Code: code, Name: "Import", Currency: "USD", Locale: "en", Launched: true})
	if err != nil {
		return nil, nil, err
	}
	return i.d.app.Platform.Acquire(i.b.ctx, info.ID)
}

func (i *importing) run(st *tenant.Store) (*catalog.ImportReport, error) {
	return i.products.Import(i.b.ctx, st, catalog.ImportInput{Open: func() (io.ReadCloser, error) { return os.Open(i.path) }})
}

// record imports once to learn what is written.
func (i *importing) record() error {
	st, release, err := i.fresh()
	if err != nil {
		return err
	}
	defer release()
	if err := copyOf(i.b.ctx, st.Path(), i.empty); err != nil {
		return err
	}
	var report *catalog.ImportReport
	calls, err := record(func() (err error) {
		report, err = i.run(st)
		return err
	}, st.DB)
	if err != nil {
		return err
	}
	i.rows, i.made, i.statements, i.writes = report.Rows, report.Products.Created, len(calls), writesOf(calls)
	if i.made == 0 {
		return fmt.Errorf("%s made no product: %d errors", i.path, len(report.Errors))
	}
	return nil
}

func (i *importing) ours(time.Duration) (float64, error) {
	st, release, err := i.fresh()
	if err != nil {
		return 0, err
	}
	defer release()
	started := time.Now()
	var report *catalog.ImportReport
	i.peak, err = peakHeap(func() (err error) {
		report, err = i.run(st)
		return err
	})
	if err != nil {
		return 0, err
	}
	return float64(report.Rows) / time.Since(started).Seconds(), nil
}

func (i *importing) limit(time.Duration) (float64, error) {
	i.copies++
	path := fmt.Sprintf("%s-%d", i.empty, i.copies)
	data, err := os.ReadFile(i.empty)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return 0, err
	}
	bare, err := openStraight(i.b.ctx, path)
	if err != nil {
		return 0, err
	}
	defer bare.close()
	started := time.Now()
	for _, batch := range i.writes {
		if err := bare.transaction("BEGIN IMMEDIATE", func() error { return bare.replay(batch) }); err != nil {
			return 0, err
		}
	}
	return float64(i.rows) / time.Since(started).Seconds(), nil
}

// generate writes a file as Shopify exports it: four variants a product.
func generate(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text")
	values := [4][2]string{{"S", "Black"}, {"S", "Blue"}, {"M", "Black"}, {"M", "Blue"}}
	for n := range rows {
		p, v := n/4, n%4
		head := ",,,,,"
		if v == 0 {
			head = fmt.Sprintf(`"Product %d","<p>Made for the hills &amp; the rain: number %d.</p><ul><li>Light</li><li>Warm</li><li>Lasts for years</li></ul>",Brand %d,Jackets,"outdoor, season %d",true`, p, p, p%40, p%4)
		}
		option1, option2 := "", ""
		if v == 0 {
			option1, option2 = "Size", "Colour"
		}
		fmt.Fprintf(w, "product-%d,%s,%s,%s,%s,%s,SKU-%06d,420,shopify,%d,deny,%d.90,,true,true,%013d,https://cdn.example.com/p/%d-%d.jpg,%d,A picture\n",
			p, head, option1, values[v][0], option2, values[v][1], n, n%50, 20+p%200, 4_000_000_000_000+n, p, v, v+1)
	}
	return w.Flush()
}

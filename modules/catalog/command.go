package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// productCommand is "wizamart product".
type productCommand struct {
	Import importCommand `cmd:"" help:"Bring a Shopify product CSV into a store. Importing the same file again changes nothing."`
	Export exportCommand `cmd:"" help:"Write a store's products as a Shopify product CSV."`
}

// Commands are the module's commands.
func (s *Service) commands() []app.Command {
	return []app.Command{{Name: "product", Help: "Bring products into a store and out of it.", Cmd: &productCommand{}}}
}

type importCommand struct {
	Store       string `required:"" placeholder:"CODE" help:"Code of the store."`
	File        string `arg:"" help:"The CSV file: Shopify's classic or today's columns; unknown columns are kept for the export."`
	DryRun      bool   `help:"Change nothing, only report what would be."`
	Stock       string `enum:"keep,set" default:"keep" help:"What becomes of the stock of variants that are there already: keep it, or set quantity, tracking and backorders to what the file says. New variants always get the file's."`
	Images      string `placeholder:"DIR" help:"Folder with the pictures: each is found by the file name that its address ends with. Nothing outside of the folder is read."`
	FetchImages bool   `help:"Have the server fetch pictures that are still missing from their addresses, afterwards. Only public addresses are asked."`
	JSON        bool   `name:"json" help:"Print the report as JSON: products, variants and images as counts, warnings and errors with line, column, code and message."`
}

// Help is shown below the flags.
func (importCommand) Help() string {
	return `A product is its handle, a variant its option values. What is there is changed where the file says something else, and left alone where the file has no column; nothing is deleted.

The exit status is 0 when every row was taken, and 2 when some were refused (the others are in). A file that cannot be read to its end is refused as a whole.`
}

// Run imports.
func (c *importCommand) Run(rt *app.Runtime, s *Service) error {
	st, release, err := openByCode(rt, c.Store)
	if err != nil {
		return err
	}
	defer release()
	path := rt.Path(c.File)
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return &app.Exit{Status: 1, Message: fmt.Sprintf("%s: there is no such file", c.File)}
	}
	in := ImportInput{
		Open:   func() (io.ReadCloser, error) { return os.Open(path) },
		DryRun: c.DryRun, StockSet: c.Stock == "set", Fetch: c.FetchImages,
	}
	if c.Images != "" {
		root, err := os.OpenRoot(rt.Path(c.Images))
		if err != nil {
			return &app.Exit{Status: 1, Message: fmt.Sprintf("%s: there is no such folder", c.Images)}
		}
		defer root.Close()
		in.Images = root.FS()
	}
	shown := time.Now()
	in.Progress = func(_ context.Context, rows, total int) error {
		if time.Since(shown) > time.Second {
			shown = time.Now()
			fmt.Fprintf(rt.Stderr, "%d of %d rows\n", rows, total)
		}
		return nil
	}
	started := time.Now()
	report, err := s.Import(rt.Ctx, st, in)
	if err != nil {
		return err
	}
	if c.JSON {
		err = rt.JSON(report)
	} else {
		err = printReport(rt.Stdout, report, c, time.Since(started))
	}
	if err == nil && report.Refused() {
		return &app.Exit{Status: 2}
	}
	return err
}

func openByCode(rt *app.Runtime, code string) (*tenant.Store, func(), error) {
	info := rt.App.Platform.ByCode(code)
	if info == nil {
		return nil, nil, problem.New(problem.NotFound, "There is no store with the code “%s”. “wizamart store list” shows them.", code)
	}
	return rt.App.Platform.Acquire(rt.Ctx, info.ID)
}

func printReport(w io.Writer, r *ImportReport, c *importCommand, took time.Duration) error {
	var b strings.Builder
	if why := r.FileRefused(); why != "" {
		fmt.Fprintf(&b, "Nothing was imported.\n")
	} else {
		head := "Imported"
		if r.DryRun {
			head = "Dry run: nothing was changed. This would be imported:"
		}
		fmt.Fprintf(&b, "%s\n", head)
		line := func(name string, n ImportCounts) {
			fmt.Fprintf(&b, "  %-9s %6d created %6d updated %6d unchanged\n", name, n.Created, n.Updated, n.Unchanged)
		}
		line("products", r.Products)
		line("variants", r.Variants)
		fmt.Fprintf(&b, "  %-9s %6d added   %6d linked  %6d pending\n", "images", r.Images.Added, r.Images.Linked, r.Images.Pending)
		fmt.Fprintf(&b, "%d rows in %s\n", r.Rows, took.Round(10*time.Millisecond))
	}
	printGroups(&b, "error", r.ErrorCount, Groups(r.Errors, nil, 5))
	printGroups(&b, "warning", r.WarningCount(), Groups(r.Warnings, r.WarningCodes, 3))
	switch {
	case r.Images.Pending > 0 && c.FetchImages && !r.DryRun:
		fmt.Fprintf(&b, "\nPictures are fetched by the server while it runs.\n")
	case r.Images.Pending > 0 && !r.DryRun:
		fmt.Fprintf(&b, "\n%d pictures are still missing: --images DIR takes them from a folder, --fetch-images from their addresses.\n", r.Images.Pending)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printGroups(b *strings.Builder, word string, total int, groups []ImportGroup) {
	if total == 0 {
		return
	}
	if total != 1 {
		word += "s"
	}
	fmt.Fprintf(b, "\n%d %s\n", total, word)
	for _, g := range groups {
		fmt.Fprintf(b, "  %s (%d)\n", g.Code, g.Count)
		for _, i := range g.Issues {
			where := fmt.Sprintf("line %d", i.Line)
			if i.Column != "" {
				where += ", " + i.Column
			}
			fmt.Fprintf(b, "    %s: %s\n", where, i.Message)
		}
		if g.Count > len(g.Issues) {
			fmt.Fprintf(b, "    … and %d more\n", g.Count-len(g.Issues))
		}
	}
}

type exportCommand struct {
	Store  string `required:"" placeholder:"CODE" help:"Code of the store."`
	File   string `arg:"" help:"Where to write; - is the standard output."`
	Status string `enum:",active,draft,archived" default:"" help:"Only products of this status."`
	JSON   bool   `name:"json" help:"Print what was written as JSON: {\"products\": n}."`
}

// Run exports. A file is there whole or not at all.
func (c *exportCommand) Run(rt *app.Runtime, s *Service) (err error) {
	st, release, err := openByCode(rt, c.Store)
	if err != nil {
		return err
	}
	defer release()
	filter := ExportFilter{Status: Status(c.Status), BaseURL: s.shopURL(st)}
	if c.File == "-" {
		_, err := s.Export(rt.Ctx, st, rt.Stdout, filter)
		return err
	}
	path := rt.Path(c.File)
	f, err := os.CreateTemp(dirOf(path), ".wizamart-export-*")
	if err != nil {
		return &app.Exit{Status: 1, Message: fmt.Sprintf("%s: cannot be written here", c.File)}
	}
	n, err := s.Export(rt.Ctx, st, f, filter)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if c.JSON {
		return json.NewEncoder(rt.Stdout).Encode(map[string]int{"products": n})
	}
	fmt.Fprintf(rt.Stderr, "%d products were written to %s.\n", n, c.File)
	return nil
}

func dirOf(path string) string {
	if i := strings.LastIndexByte(path, os.PathSeparator); i >= 0 {
		return path[:i+1]
	}
	return "."
}

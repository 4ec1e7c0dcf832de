package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// styles builds app.css and shop.css: ui/<bundle>.css, then the modules' own css, through Tailwind, then
// minified by esbuild (one version on every machine, pinned by go.mod).
func styles(root, work string, src sources, files map[string][]byte) error {
	for _, bundle := range []string{"app", "shop"} {
		in := filepath.Join(work, bundle+".css")
		out := filepath.Join(work, bundle+".out.css")
		if err := os.WriteFile(in, []byte(styleEntry(bundle, src)), 0o644); err != nil {
			return err
		}
		cmd := exec.Command("node", filepath.Join(root, "ui", "node_modules", "@tailwindcss", "cli", "dist", "index.mjs"), "-i", in, "-o", out)
		cmd.Dir = filepath.Join(root, "ui")
		if msg, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("tailwind %s: %w\n%s", bundle, err, msg)
		}
		built, err := os.ReadFile(out)
		if err != nil {
			return err
		}
		res := api.Transform(string(built), api.TransformOptions{
			Loader:            api.LoaderCSS,
			Sourcefile:        bundle + ".css",
			MinifyWhitespace:  true,
			MinifySyntax:      true,
			MinifyIdentifiers: true,
			LegalComments:     api.LegalCommentsNone,
			Engines:           browsers,
		})
		if err := messages(bundle+".css", res.Errors); err != nil {
			return err
		}
		files[bundle+".css"] = res.Code
	}
	return nil
}

// styleEntry imports from ui/.build/<folder>/, hence the three levels to the repository's root.
func styleEntry(bundle string, src sources) string {
	var b strings.Builder
	fmt.Fprintf(&b, "@import \"../../%s.css\";\n", bundle)
	for _, f := range forBundle(bundle, src.styles) {
		fmt.Fprintf(&b, "@import \"../../../%s\" layer(components);\n", f)
	}
	return b.String()
}

// browsers is the oldest set that the pages are made for; all have light-dark(), :has() and <dialog>.
var browsers = []api.Engine{
	{Name: api.EngineChrome, Version: "123"},
	{Name: api.EngineFirefox, Version: "121"},
	{Name: api.EngineSafari, Version: "17.5"},
}

func messages(what string, errs []api.Message) error {
	if len(errs) == 0 {
		return nil
	}
	lines := api.FormatMessages(errs, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return fmt.Errorf("%s:\n%s", what, strings.Join(lines, "\n"))
}

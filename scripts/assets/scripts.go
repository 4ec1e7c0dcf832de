package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// scripts bundles app.js and shop.js from ui/<bundle>.ts and the modules' own ts. Module scripts register
// themselves through `import { component } from "@ui/alpine"`; Alpine starts after the last of them.
func scripts(root, _ string, src sources, files map[string][]byte) error {
	ui := filepath.Join(root, "ui")
	for _, bundle := range []string{"app", "shop"} {
		res := api.Build(api.BuildOptions{
			Stdin: &api.StdinOptions{
				Contents:   scriptEntry(bundle, src),
				ResolveDir: root,
				Sourcefile: bundle + ".entry.ts",
				Loader:     api.LoaderTS,
			},
			AbsWorkingDir:     root,
			Bundle:            true,
			Format:            api.FormatIIFE,
			Engines:           browsers,
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			MinifySyntax:      true,
			LegalComments:     api.LegalCommentsNone,
			Charset:           api.CharsetUTF8,
			Alias:             map[string]string{"@ui": ui},
			NodePaths:         []string{filepath.Join(ui, "node_modules")},
			Outfile:           bundle + ".js",
			Write:             false,
		})
		if err := messages(bundle+".js", res.Errors); err != nil {
			return err
		}
		files[bundle+".js"] = res.OutputFiles[0].Contents
	}
	return nil
}

func scriptEntry(bundle string, src sources) string {
	var b strings.Builder
	fmt.Fprintf(&b, "import \"./ui/%s.ts\";\n", bundle)
	for _, f := range forBundle(bundle, src.scripts) {
		fmt.Fprintf(&b, "import \"./%s\";\n", f)
	}
	b.WriteString("import { start } from \"@ui/alpine\";\nstart();\n")
	return b.String()
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// scripts bundles app.js and shop.js from ui/<bundle>.ts and the modules' own ts. Module scripts register
// themselves through `import { component } from "@ui/alpine"`; Alpine starts after the last of them.
func scripts(root, _ string, src sources, files map[string][]byte) error {
	ui := filepath.Join(root, "ui")
	if err := small(root); err != nil {
		return err
	}
	for _, bundle := range []string{"app", "shop"} {
		alias := map[string]string{"@ui": ui}
		if bundle == "shop" {
			alias["@ui/alpine"] = filepath.Join(ui, "small.ts")
		}
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
			Alias:             alias,
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

// directive is an attribute that Alpine would act on.
var directive = regexp.MustCompile(`[\s"](x-[a-z][a-z:.-]*|@[a-z][a-z:.-]*|:[a-z][a-z:.-]*)="`)

// knownSmall are those that ui/small.ts acts on.
var knownSmall = regexp.MustCompile(`^(x-data|x-ref|x-text|@(click|change|input|focusin|pointerover|scroll|keydown|submit)(\.prevent|\.passive)?)$`)

// small fails where a shop's view asks for more than the shop's small stand-in for Alpine can do.
func small(root string) error {
	views, err := filepath.Glob(filepath.Join(root, "modules", "*", "views", "shop", "*.html"))
	if err != nil {
		return err
	}
	for _, name := range []string{"field", "product", "gallery"} {
		views = append(views, filepath.Join(root, "ui", "components", name+".html"))
	}
	for _, view := range views {
		text, err := os.ReadFile(view)
		if err != nil {
			return err
		}
		for _, m := range directive.FindAllStringSubmatch(string(text), -1) {
			if !knownSmall.MatchString(m[1]) {
				return fmt.Errorf("%s uses %s, which ui/small.ts does not know", view, m[1])
			}
		}
	}
	return nil
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// families are the variable fonts that ui/tokens/fonts.css names, each in two subsets.
var families = []string{"inter", "outfit", "fraunces", "hanken-grotesk"}

func fonts(root, _ string, _ sources, files map[string][]byte) error {
	for _, family := range families {
		for _, subset := range []string{"latin", "latin-ext"} {
			file := fmt.Sprintf("%s-%s-wght-normal.woff2", family, subset)
			// Cut down by scripts/fonts.mjs, where that makes it smaller.
			data, err := os.ReadFile(filepath.Join(root, "ui", "fonts", family+"-"+subset+".woff2"))
			if errors.Is(err, fs.ErrNotExist) {
				data, err = os.ReadFile(filepath.Join(root, "ui", "node_modules", "@fontsource-variable", family, "files", file))
			}
			if err != nil {
				return err
			}
			files[fmt.Sprintf("%s-%s.woff2", family, subset)] = data
		}
	}
	return nil
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// families are the fonts that ui/tokens/fonts.css and shop-fonts.css name, each in two subsets that scripts/fonts.mjs cuts.
var families = []string{"inter", "outfit", "fraunces", "hanken-grotesk"}

func fonts(root, _ string, _ sources, files map[string][]byte) error {
	for _, family := range families {
		for _, subset := range []string{"latin", "latin-ext"} {
			data, err := os.ReadFile(filepath.Join(root, "ui", "fonts", family+"-"+subset+".woff2"))
			if err != nil {
				return err
			}
			files[fmt.Sprintf("%s-%s.woff2", family, subset)] = data
		}
	}
	return nil
}

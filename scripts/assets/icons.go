package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// Where a page or Go code names an icon: {{icon "x"}}, "icon" "x" or "Icon" "x" in a dict, Icon: "x" in a struct.
var (
	inPages = regexp.MustCompile(`\b[iI]con"? +"([a-z0-9-]+)"`)
	inCode  = regexp.MustCompile(`\bIcon:\s*"([a-z0-9-]+)"`)
	svgBody = regexp.MustCompile(`(?s)<svg.*?>(.*)</svg>`)
	spaces  = regexp.MustCompile(`\s+`)
)

// icons writes icons.json: Lucide name → the inside of its <svg>, for the icons in use only.
func icons(root, _ string, src sources, files map[string][]byte) error {
	used := map[string]string{} // name → first file that uses it
	scan := func(paths []string, re *regexp.Regexp) error {
		for _, p := range paths {
			data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p)))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return err
			}
			for _, m := range re.FindAllSubmatch(data, -1) {
				if _, ok := used[string(m[1])]; !ok {
					used[string(m[1])] = p
				}
			}
		}
		return nil
	}
	if err := scan(src.pages, inPages); err != nil {
		return err
	}
	if err := scan(src.code, inCode); err != nil {
		return err
	}
	out := map[string]string{}
	var unknown []string
	for name, where := range used {
		svg, err := os.ReadFile(filepath.Join(root, "ui", "node_modules", "lucide-static", "icons", name+".svg"))
		if errors.Is(err, fs.ErrNotExist) {
			unknown = append(unknown, fmt.Sprintf("%s in %s", name, where))
			continue
		}
		if err != nil {
			return err
		}
		m := svgBody.FindSubmatch(svg)
		if m == nil {
			return fmt.Errorf("icon %s: no svg element", name)
		}
		body := spaces.ReplaceAllString(strings.TrimSpace(string(m[1])), " ")
		out[name] = strings.NewReplacer("> <", "><", " />", "/>").Replace(body)
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		return fmt.Errorf("no such Lucide icon: %s", strings.Join(unknown, "; "))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil { // keys are sorted
		return err
	}
	files["icons.json"] = b.Bytes()
	return nil
}

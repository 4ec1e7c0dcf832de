package cms

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"wizamart/framework/problem"
)

func looksLikeSVG(data []byte) bool {
	head := strings.ToLower(string(data[:min(len(data), 512)]))
	return strings.Contains(head, "<svg") || strings.HasPrefix(strings.TrimSpace(head), "<?xml")
}

// svgElements are those that only draw.
var svgElements = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`svg g defs title desc path rect circle ellipse line polyline polygon text tspan textPath symbol use
		linearGradient radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feBlend feColorMatrix feMerge feMergeNode
		feFlood feComposite feTurbulence feDropShadow`) {
		m[name] = true
	}
	return m
}()

// checkSVG refuses what could run, load or restyle: elements that do not merely draw, event attributes, entities,
// and references that lead out of the file. It tells the size of the drawing; zero where that is not said.
func checkSVG(data []byte) (width, height int, err error) {
	no := func(what string) (int, int, error) {
		return 0, 0, problem.New(problem.Invalid, "This SVG contains %s. Export it as plain SVG, or use PNG.", what)
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	root := ""
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return no("something that is not well-formed XML")
		}
		switch t := tok.(type) {
		case xml.Directive:
			if !strings.HasPrefix(strings.ToUpper(string(t)), "DOCTYPE SVG") || strings.Contains(string(t), "[") {
				return no("a declaration")
			}
		case xml.StartElement:
			if root == "" {
				root = t.Name.Local
				width, height = svgSize(t)
			}
			if !svgElements[t.Name.Local] {
				return no("<" + t.Name.Local + ">")
			}
			for _, a := range t.Attr {
				name, v := strings.ToLower(a.Name.Local), strings.ToLower(strings.Join(strings.Fields(a.Value), ""))
				switch {
				case strings.HasPrefix(name, "on"):
					return no("a script")
				case name == "href" && !strings.HasPrefix(v, "#"):
					return no("a link")
				case strings.Contains(strings.ReplaceAll(v, "url(#", ""), "url("), strings.Contains(v, "javascript:"), strings.Contains(v, "@import"):
					return no("a reference to another file")
				}
			}
		}
	}
	if root != "svg" {
		return no("no drawing")
	}
	return width, height, nil
}

// svgSize is how large a drawing is, in its own units rounded up: its view box, else its width and height. Zero where it says neither, or nothing sensible.
func svgSize(root xml.StartElement) (width, height int) {
	said := map[string]string{}
	for _, a := range root.Attr {
		said[a.Name.Local] = a.Value
	}
	w, h := said["width"], said["height"]
	if box := strings.Fields(strings.ReplaceAll(said["viewBox"], ",", " ")); len(box) == 4 {
		w, h = box[2], box[3]
	}
	pixels := func(v string) int {
		n, err := strconv.ParseFloat(strings.TrimSuffix(v, "px"), 64)
		if err != nil || !(n > 0 && n < 99_999) {
			return 0
		}
		return int(math.Ceil(n))
	}
	if width, height = pixels(w), pixels(h); width == 0 || height == 0 {
		return 0, 0
	}
	return width, height
}

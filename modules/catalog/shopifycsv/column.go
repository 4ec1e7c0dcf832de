package shopifycsv

import (
	"fmt"
	"slices"
	"strings"
)

// column is a known column of a Product or a Variant: how its text becomes a value and back.
type column[T any] struct {
	name   string
	decode func(t *T, text, currency string) *problem
	encode func(t *T, currency string) string

	// loose columns have several spellings of one value: only text without meaning goes to Raw.
	loose bool
}

// problem is what decode has to say about a cell.
type problem struct {
	code, message string
	refuse        bool
}

func warn(code, format string, args ...any) *problem {
	return &problem{code: code, message: fmt.Sprintf(format, args...)}
}

// read puts a cell into t and returns whether the original text has to be kept.
func (c *column[T]) read(t *T, text, currency string) (keep bool, p *problem) {
	p = c.decode(t, text, currency)
	if c.loose && text != "" && p == nil {
		return false, nil
	}
	return c.encode(t, currency) != text, p
}

// write gives the cell for t: the original text if it still means the value that t has.
func (c *column[T]) write(t *T, raw Fields, currency string) string {
	text := c.encode(t, currency)
	if original, ok := raw.Get(c.name); ok && original != text {
		var probe T
		c.decode(&probe, original, currency)
		if c.encode(&probe, currency) == text {
			return original
		}
	}
	return text
}

var productColumns = []column[Product]{
	trimmed("Title", func(p *Product) *string { return &p.Title }),
	verbatim("Body (HTML)", func(p *Product) *string { return &p.BodyHTML }),
	trimmed("Vendor", func(p *Product) *string { return &p.Brand }),
	trimmed("Product Category", func(p *Product) *string { return &p.Category }),
	trimmed("Type", func(p *Product) *string { return &p.Type }),
	{name: "Tags", decode: decodeTags, encode: func(p *Product, _ string) string { return strings.Join(p.Tags, ", ") }},
	boolean("Published", true, func(p *Product) *bool { return &p.Published }),
	boolean("Gift Card", false, func(p *Product) *bool { return &p.GiftCard }),
	trimmed("SEO Title", func(p *Product) *string { return &p.SEOTitle }),
	trimmed("SEO Description", func(p *Product) *string { return &p.SEODescription }),
	word("Status", func(p *Product) *string { return &p.Status }, "active", "draft", "archived"),
}

func decodeTags(p *Product, text, _ string) *problem {
	p.Tags = nil
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" && !slices.Contains(p.Tags, tag) {
			p.Tags = append(p.Tags, tag)
		}
	}
	return nil
}

func verbatim[T any](name string, at func(*T) *string) column[T] {
	return column[T]{
		name:   name,
		decode: func(t *T, text, _ string) *problem { *at(t) = text; return nil },
		encode: func(t *T, _ string) string { return *at(t) },
	}
}

func trimmed[T any](name string, at func(*T) *string) column[T] {
	c := verbatim(name, at)
	c.decode = func(t *T, text, _ string) *problem { *at(t) = strings.TrimSpace(text); return nil }
	return c
}

// boolean reads true/false, yes/no, 1/0; an empty cell means empty.
func boolean[T any](name string, empty bool, at func(*T) *bool) column[T] {
	return column[T]{
		name: name, loose: true,
		decode: func(t *T, text, _ string) *problem {
			switch strings.ToLower(strings.TrimSpace(text)) {
			case "true", "yes", "1":
				*at(t) = true
			case "false", "no", "0":
				*at(t) = false
			case "":
				*at(t) = empty
			default:
				*at(t) = empty
				return warn(CodeUnknownWord, "%q is neither true nor false; taken as %t", clip(text), empty)
			}
			return nil
		},
		encode: func(t *T, _ string) string {
			if *at(t) {
				return "true"
			}
			return "false"
		},
	}
}

// word reads one of a few words in any letter case; anything else counts as empty.
func word[T any](name string, at func(*T) *string, words ...string) column[T] {
	c := verbatim(name, at)
	c.loose = true
	c.decode = func(t *T, text, _ string) *problem {
		*at(t) = strings.ToLower(strings.TrimSpace(text))
		if *at(t) != "" && !slices.Contains(words, *at(t)) {
			*at(t) = ""
			return warn(CodeUnknownWord, "%q is none of %s; taken as empty", clip(text), strings.Join(words, ", "))
		}
		return nil
	}
	return c
}

// clip shortens text for a message.
func clip(text string) string {
	if r := []rune(text[:min(len(text), 200)]); len(r) > 40 || len(text) > 200 {
		return strings.ToValidUTF8(string(r[:min(len(r), 40)]), "") + "…"
	}
	return text
}

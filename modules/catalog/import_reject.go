package catalog

import (
	"strings"

	"wizamart/framework/problem"
	"wizamart/modules/catalog/shopifycsv"
)

// columnOf is the column that a product's field comes from.
var columnOf = map[string]string{
	"title": "Title", "body": "Body (HTML)", "brand": "Vendor", "type": "Type", "slug": "Handle", "status": "Status", "tags": "Tags",
	"options": "Option1 Value", "images": "Image Src", "seo_title": "SEO Title", "seo_description": "SEO Description",
	"price": "Variant Price", "compare_at": "Variant Compare At Price", "cost": "Cost per item", "grams": "Variant Grams",
	"sku": "Variant SKU", "barcode": "Variant Barcode",
}

// rejection says of a product that the catalogue did not take why, by line and column.
func (m *importing) rejection(f *shopifycsv.Product, p *Product, err *problem.Error) []ImportIssue {
	if len(err.Fields) == 0 {
		return []ImportIssue{{f.Line, "", CodeProductRejected, err.Message}}
	}
	var out []ImportIssue
	for _, field := range err.Fields {
		name, id, _ := strings.Cut(field.Name, "-")
		issue := ImportIssue{f.Line, columnOf[name], CodeProductRejected, field.Message}
		if p != nil && id != "" {
			issue.Line = lineOf(f, p, id)
		}
		out = append(out, issue)
	}
	return out
}

func lineOf(f *shopifycsv.Product, p *Product, variantID string) int {
	v := p.Variant(variantID)
	for i := range f.Variants {
		var values [MaxOptions]string
		copy(values[:], f.Variants[i].Values)
		if v != nil && v.Values == values {
			return f.Variants[i].Line
		}
	}
	return f.Line
}

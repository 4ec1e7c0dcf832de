package catalog

import (
	"wizamart/framework/database"
	"wizamart/modules/catalog/shopifycsv"
)

// What an import keeps of a file besides the fields of the catalogue, as JSON in import_data: so that the export
// gives back every column, and the text of cells as it was written.

type productData struct {
	Extra  shopifycsv.Fields   `json:"extra,omitempty"`
	Raw    shopifycsv.Fields   `json:"raw,omitempty"`
	Rows   []shopifycsv.Fields `json:"rows,omitempty"`
	Status Status              `json:"status,omitempty"` // what the product got where the file stated no status
}

type variantData struct {
	Extra      shopifycsv.Fields `json:"extra,omitempty"`
	Raw        shopifycsv.Fields `json:"raw,omitempty"`
	Image      string            `json:"image,omitempty"`       // address of a picture that the product does not list
	NoQuantity bool              `json:"no_quantity,omitempty"` // counted, and the file stated no stock
	Quantity   bool              `json:"quantity,omitempty"`    // not counted, and the file stated a stock all the same
}

type imageData struct {
	Extra shopifycsv.Fields `json:"extra,omitempty"`
}

// encodeData is v as JSON, empty where there is nothing to keep.
func encodeData(v any) (database.JSON, error) {
	data, err := database.JSONOf(v)
	if string(data) == "{}" {
		return nil, err
	}
	return data, err
}

// fileColumns is what a file has to say: an import leaves alone what there is no column for.
type fileColumns struct {
	has   func(classic string) bool
	extra func(name string) bool
}

// raw puts the texts of the file's known columns in place of those kept before.
func (c fileColumns) raw(kept, now shopifycsv.Fields) shopifycsv.Fields {
	return replace(kept, now, c.has)
}

// extras does the same for columns that are kept as they are.
func (c fileColumns) extras(kept, now shopifycsv.Fields) shopifycsv.Fields {
	return replace(kept, now, c.extra)
}

func replace(kept, now shopifycsv.Fields, drop func(string) bool) shopifycsv.Fields {
	var out shopifycsv.Fields
	for _, f := range kept {
		if !drop(f.Column) {
			out = append(out, f)
		}
	}
	return append(out, now...)
}

// union adds to what was kept, and takes nothing away: for products whose rows lie apart in the file.
func union(kept, now shopifycsv.Fields) shopifycsv.Fields {
	out := append(shopifycsv.Fields(nil), kept...)
	for _, f := range now {
		out.Set(f.Column, f.Value)
	}
	return out
}

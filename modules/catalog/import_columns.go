package catalog

import (
	"context"
	"encoding/json"

	"wizamart/modules/catalog/shopifycsv"
	"wizamart/tenant"
)

// importColumns is the setting with the unknown columns of all files that were imported, in the order first seen: an export
// has them too, with or without values.
const importColumns = "catalog.import_columns"

func extraColumns(st *tenant.Store) []string {
	var out []string
	if v, ok := st.Settings().Get(importColumns); ok {
		json.Unmarshal([]byte(v), &out) //nolint:errcheck // it was written by keepColumns
	}
	return out
}

func keepColumns(ctx context.Context, st *tenant.Store, columns []string) error {
	known := extraColumns(st)
	var all shopifycsv.ExtraColumns
	all.Add(known...)
	all.Add(columns...)
	if len(all.Names()) == len(known) {
		return nil
	}
	text, err := jsonText(all.Names())
	if err != nil {
		return err
	}
	return wrap("keep the file's columns", st.SetSettings(ctx, map[string]string{importColumns: text}))
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
)

// mark is the product's own icon, for the tabs of dashboard, admin and plain pages. A shop has its own.
func mark(root, _ string, _ sources, files map[string][]byte) error {
	data, err := os.ReadFile(filepath.Join(root, "ui", "icon.svg"))
	if err != nil {
		return err
	}
	files["icon.svg"] = bytes.TrimSpace(data)
	return nil
}

package shopifycsv

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func TestFilesThatCannotBeRead(t *testing.T) {
	good := "Handle,Title,Body (HTML),Variant Price\na,A,,1.00\n"
	tests := []struct {
		name, file, code string
		line             int
		says             string
	}{
		{"empty", "", FileEmpty, 0, "empty"},
		{"only a byte order mark", "\uFEFF", FileEmpty, 0, "empty"},
		{"only line ends", "\n\r\n\n", FileEmpty, 0, "empty"},
		{"prose", "Dear sir,\nplease find", FileHeader, 1, "Handle"},
		{"another CSV", "sku,price\n1,2\n", FileHeader, 1, "sku, price"},
		{"no title", "URL handle,Price\na,1\n", FileHeader, 1, "no column Title"},
		{"handle twice", "Handle,URL handle,Title\na,a,A\n", FileHeader, 1, "columns 1 (Handle) and 2 (URL handle)"},
		{"workbook", "PK\x03\x04\x14\x00\x06\x00", FileNotCSV, 1, "Excel"},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00", FileNotCSV, 1, "picture"},
		{"web page", "\n<!DOCTYPE html><html>", FileNotCSV, 1, "web page"},
		{"JSON", `[{"handle":"a"}]`, FileNotCSV, 1, "JSON"},
		{"NUL", good + "b,B\x00,,1\n", FileNUL, 3, "NUL"},
		{"UTF-16 without mark", "H\x00a\x00n\x00d\x00l\x00e\x00,\x00", FileNUL, 1, "UTF-16"},
		{"Windows-1252", good + "b,Caf\xe9,,1\n", FileEncoding, 3, "Windows-1252"},
		{"open quote", good + "b,B,\"<p>\n\nmore\n,1\nc,C,,1\n", FileQuote, 3, "never closes"},
		{"quote not doubled", good + "b,B,\"<a\nhref=\"x\">\",1\n", FileQuote, 3, "on line 4"},
		{"long cell", good + "b,\"" + strings.Repeat("x", MaxField+1) + "\",,1\n", FileField, 3, "longer than 1 MB"},
		{"long row", good + strings.Repeat("\""+strings.Repeat("x", MaxField)+"\",", 9), FileRecord, 3, "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			products, _, _, err := readAll(t, strings.NewReader(tt.file), "EUR")
			var failure *FileError
			if !errors.As(err, &failure) {
				t.Fatalf("%v is no FileError", err)
			}
			if failure.Code != tt.code || failure.Line != tt.line || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s at line %d: %v", failure.Code, failure.Line, err)
			}
			if len(products) > 1 {
				t.Errorf("%d products", len(products))
			}
		})
	}
}

func TestFilesThatCanBeRead(t *testing.T) {
	file := "Handle,Title,Variant Price\nkåsa,Kåsa 🥣,1.00\nb,B,2.00\n"
	encode := func(text string, big bool) string {
		var out bytes.Buffer
		for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(text))...) {
			if big {
				out.Write([]byte{byte(u >> 8), byte(u)})
			} else {
				out.Write([]byte{byte(u), byte(u >> 8)})
			}
		}
		return out.String()
	}
	for name, text := range map[string]string{
		"UTF-8": file, "byte order mark": "\uFEFF" + file, "UTF-16 LE": encode(file, false), "UTF-16 BE": encode(file, true),
		"CR LF": strings.ReplaceAll(file, "\n", "\r\n"), "CR": strings.ReplaceAll(file, "\n", "\r"),
		"no last line end": strings.TrimSuffix(file, "\n"), "semicolons": strings.ReplaceAll(file, ",", ";"),
		"tabs in UTF-16":    encode(strings.ReplaceAll(file, ",", "\t"), false),
		"other letter case": strings.Replace(file, "Handle,Title,Variant Price", "HANDLE, title ,variant price", 1),
		"quoted":            strings.Replace(file, "Handle,Title,Variant Price", `"Handle","Title","Variant Price"`, 1),
	} {
		products, _, _, err := readAll(t, iotest.OneByteReader(strings.NewReader(text)), "EUR")
		if err != nil || len(products) != 2 || products[0].Title != "Kåsa 🥣" || products[1].Variants[0].Price != 200 || products[1].Line != 3 {
			t.Errorf("%s: %v, %v", name, products, err)
		}
	}
}

func TestSizeAndSource(t *testing.T) {
	file := "Handle,Title,Variant Price\na,A,1.00\nb,B,2.00\n"
	for limit, want := range map[int64]string{int64(len(file)): "", int64(len(file)) - 1: FileTooLarge} {
		r, err := NewReader(strings.NewReader(file), Options{Currency: "EUR", MaxBytes: limit})
		for err == nil {
			_, err = r.Next()
		}
		var failure *FileError
		if errors.As(err, &failure) != (want != "") || (want != "" && failure.Code != want) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	r, err := NewReader(io.MultiReader(strings.NewReader(file), iotest.ErrReader(io.ErrUnexpectedEOF)), Options{Currency: "EUR"})
	for err == nil {
		_, err = r.Next()
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("%v", err)
	}
	if _, again := r.Next(); again != err {
		t.Errorf("an error stays: %v", again)
	}
	if _, err := NewReader(strings.NewReader(file), Options{Currency: "euro"}); err == nil {
		t.Error("a wrong currency passed")
	}
	r, err = NewReader(strings.NewReader(file), Options{Currency: "EUR"})
	if err != nil || !r.Has("Variant Price") || r.Has("Variant SKU") {
		t.Errorf("%v", err)
	}
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF || r.Rows() != 2 || r.Bytes() != int64(len(file)) {
		t.Errorf("%v, %d rows, %d bytes", err, r.Rows(), r.Bytes())
	}
}

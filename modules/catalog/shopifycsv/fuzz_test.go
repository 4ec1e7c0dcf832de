package shopifycsv

import (
	"bytes"
	"io"
	"os"
	"testing"
)

// FuzzReader: any bytes end in products or a clear error, in no more steps than there are bytes; and what could be
// read can be written, and after that stays byte for byte.
func FuzzReader(f *testing.F) {
	if data, err := os.ReadFile("testdata/today.csv"); err == nil {
		f.Add(data)
	}
	for _, file := range []string{
		"", "\uFEFF", "Handle,Title\na,A\n", short + "a,A,Size,S,,,X,1,,,'1,http://x/1.png,2,Alt,,,\na,,,M,,,X,0,,,,http://x/2.png,1,,,,\n",
		"Handle;Title\r\na;\"A\r\n\"\r\n", "\xff\xfeH\x00", "Handle,Title,X,\"Y\"\na,A,\"\"\"\",\na,,z,", short + "a,A\na,,,,,,,,,,,,,,,,\n",
		"Handle,Title,Option3 Value,Image Src,Zed\na,,x,,1\na,,,i,2\na,,,,3\nb,,,,\na,,y,,\n",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		issues := 0
		r, err := NewReader(bytes.NewReader(data), Options{Currency: "EUR", Report: func(i Issue) {
			if issues++; i.Line < 1 || i.Code == "" || i.Message == "" {
				t.Errorf("incomplete issue %+v", i)
			}
		}})
		var products []*Product
		for err == nil && len(products) <= len(data) {
			var p *Product
			if p, err = r.Next(); err == nil {
				products = append(products, p)
			}
		}
		if err == nil {
			t.Fatal("more products than bytes")
		}
		if err != io.EOF {
			return
		}
		for _, p := range products {
			if p.Continued { // the store joins these before it exports
				return
			}
		}
		again(t, export(t, products, "EUR", r.ExtraColumns()), "EUR")
	})
}

package cart

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/uuid"

	"wizamart/framework/database"
	"wizamart/modules/cart/carttype"
)

func TestCookieKeepsTheCart(t *testing.T) {
	k := kept{wants: []carttype.Want{
		{VariantID: database.NewID(), Quantity: 1, Seen: 0},
		{VariantID: database.NewID(), Quantity: carttype.MaxQuantity, Seen: 10_000_000_000_000},
	}}
	data, err := k.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, ok := decode(data)
	if !ok || !reflect.DeepEqual(got, k) {
		t.Errorf("decode = %+v, %v; want %+v", got, ok, k)
	}
	if len(k.ref) != 16 {
		t.Errorf("the reference is %q", k.ref)
	}
}

func TestLargestCartFitsACookie(t *testing.T) {
	var k kept
	for range carttype.MaxLines {
		k.wants = append(k.wants, carttype.Want{VariantID: database.NewID(), Quantity: carttype.MaxQuantity, Seen: 10_000_000_000_000})
	}
	data, err := k.encode()
	if err != nil {
		t.Fatal(err)
	}
	if size := len(data)*4/3 + 80; size > maxCookie {
		t.Errorf("%d bytes are more than %d", size, maxCookie)
	}
}

func TestDecodeRefuses(t *testing.T) {
	head := append([]byte{cookieFormat}, make([]byte, 8)...)
	id := uuid.Must(uuid.NewV7())
	line := func(quantity, seen uint64) []byte {
		out := append([]byte{}, id[:]...)
		return binary.AppendUvarint(binary.AppendUvarint(out, quantity), seen)
	}
	var many []byte
	for range carttype.MaxLines + 1 {
		other := uuid.Must(uuid.NewV7())
		many = append(many, other[:]...)
		many = append(many, 1, 1)
	}
	for name, data := range map[string][]byte{
		"nothing":          nil,
		"another format":   append([]byte{9}, head[1:]...),
		"no reference":     {cookieFormat, 1, 2},
		"quantity 0":       append(bytes.Clone(head), line(0, 5)...),
		"quantity 1000":    append(bytes.Clone(head), line(1000, 5)...),
		"an absurd price":  append(bytes.Clone(head), line(1, 1<<62)...),
		"cut off":          append(bytes.Clone(head), line(1, 5)[:16]...),
		"half an id":       append(bytes.Clone(head), id[:7]...),
		"the same twice":   append(append(bytes.Clone(head), line(1, 5)...), line(2, 5)...),
		"51 lines":         append(bytes.Clone(head), many...),
		"a varint too big": append(append(bytes.Clone(head), id[:]...), bytes.Repeat([]byte{0xff}, 11)...),
	} {
		if k, ok := decode(data); ok || len(k.wants) > 0 {
			t.Errorf("%s: decode gave %+v", name, k)
		}
	}
}

func FuzzDecode(f *testing.F) {
	k := kept{wants: []carttype.Want{{VariantID: database.NewID(), Quantity: 3, Seen: 1200}}}
	data, err := k.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		k, ok := decode(data)
		if !ok {
			return
		}
		again, err := k.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, ok := decode(again)
		if !ok || fmt.Sprint(back) != fmt.Sprint(k) {
			t.Errorf("%v became %v", k, back)
		}
	})
}

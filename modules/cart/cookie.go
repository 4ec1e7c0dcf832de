package cart

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/google/uuid"

	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
)

const (
	cookieName   = "cart"
	countCookie  = "cart_count"   // pieces in a signed-in customer's cart, only for show
	badgeCookie  = "cart_badge"   // pieces in a guest's cart, for the script that shows them on kept pages
	cookieAge    = 60 * 24 * 3600 // seconds
	cookieFormat = 1
	maxCookie    = 3500 // bytes; browsers take 4096 with name and attributes
)

// kept is a cart as it is kept: in a cookie, or in rows.
type kept struct {
	ref   string // of a guest's cart: 16 hexadecimal digits
	wants []carttype.Want
}

// encode is the format byte, the cart's reference (8 bytes), then for each line the variant's UUID (16 bytes), the
// quantity and the price seen as unsigned varints.
func (k *kept) encode() ([]byte, error) {
	ref, err := hex.DecodeString(k.ref)
	if err != nil || len(ref) != 8 {
		ref = make([]byte, 8)
		rand.Read(ref) //nolint:errcheck // it never fails
		k.ref = hex.EncodeToString(ref)
	}
	out := append([]byte{cookieFormat}, ref...)
	for _, w := range k.wants {
		id, err := uuid.Parse(w.VariantID)
		if err != nil {
			return nil, err
		}
		out = append(out, id[:]...)
		out = binary.AppendUvarint(out, uint64(w.Quantity))
		out = binary.AppendUvarint(out, uint64(w.Seen))
	}
	return out, nil
}

// decode reads what encode wrote; false for anything else, and for values that no cart of ours has.
func decode(data []byte) (kept, bool) {
	if len(data) < 9 || data[0] != cookieFormat {
		return kept{}, false
	}
	k := kept{ref: hex.EncodeToString(data[1:9])}
	known := map[string]bool{}
	for data = data[9:]; len(data) > 0; {
		if len(data) < 16 || len(k.wants) == carttype.MaxLines {
			return kept{}, false
		}
		id := uuid.UUID(data[:16]).String()
		data = data[16:]
		quantity, n := binary.Uvarint(data)
		if n <= 0 || quantity < 1 || quantity > carttype.MaxQuantity || known[id] {
			return kept{}, false
		}
		data = data[n:]
		seen, n := binary.Uvarint(data)
		if n <= 0 || seen > uint64(money.MaxMinor) {
			return kept{}, false
		}
		data = data[n:]
		known[id] = true
		k.wants = append(k.wants, carttype.Want{VariantID: id, Quantity: int(quantity), Seen: int64(seen)})
	}
	return k, true
}

func purpose(c *web.Context) string { return "cart:" + c.Store.ID() }

// readCookie is the guest's cart. One that was forged, came from another store or is too large is no cart.
func readCookie(c *web.Context) kept {
	value := c.Cookie(cookieName)
	if value == "" || len(value) > maxCookie {
		return kept{}
	}
	data, ok := c.Site.Signer.Open(purpose(c), value)
	if !ok {
		return kept{}
	}
	k, _ := decode(data)
	return k
}

func writeCookie(c *web.Context, k kept) error {
	if len(k.wants) == 0 {
		dropCookie(c)
		return nil
	}
	data, err := k.encode()
	if err != nil {
		return err
	}
	c.SetCookie(cookieName, c.Site.Signer.Sign(purpose(c), data), cookieAge)
	c.SetShownCookie(badgeCookie, strconv.Itoa(k.count()), cookieAge)
	return nil
}

func dropCookie(c *web.Context) {
	if c.Cookie(cookieName) != "" {
		c.SetCookie(cookieName, "", -1)
		c.SetShownCookie(badgeCookie, "", -1)
	}
}

func (k kept) count() int {
	n := 0
	for _, w := range k.wants {
		n += w.Quantity
	}
	return n
}

// find is the line of a variant, or nil.
func (k *kept) find(variantID string) *carttype.Want {
	for i := range k.wants {
		if k.wants[i].VariantID == variantID {
			return &k.wants[i]
		}
	}
	return nil
}

func (k kept) ids() []string {
	out := make([]string, len(k.wants))
	for i, w := range k.wants {
		out[i] = w.VariantID
	}
	return out
}

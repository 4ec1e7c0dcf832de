package orders

import (
	"context"
	"strings"
	"unicode/utf8"

	"wizamart/framework/country"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// SetStaffNote sets the note that only staff see. Setting the same text again changes nothing.
func (s *Service) SetStaffNote(ctx context.Context, st *tenant.Store, orderID, text string) error {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > maxNote {
		return problem.On("staff_note", "Use at most %d characters.", maxNote)
	}
	return s.change(ctx, st, orderID, "noted", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		if o.StaffNote == text {
			return nil
		}
		o.StaffNote = text
		return nil
	})
}

// Comment adds a line to the timeline that only staff see.
func (s *Service) Comment(ctx context.Context, st *tenant.Store, orderID, text string) error {
	text = strings.TrimSpace(text)
	var f problem.Fields
	f.Check(text != "", "comment", "Write something first.")
	f.Check(utf8.RuneCountInString(text) <= maxNote, "comment", "Use at most %d characters.", maxNote)
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, st, orderID, "commented", anyState, func(tx *tenant.Store, o *Order, now database.Time) error {
		return note(ctx, tx, o, eventNote, text, eventArgs{}, now)
	})
}

// SetShipping changes where the order goes, while nothing has been sent.
func (s *Service) SetShipping(ctx context.Context, st *tenant.Store, orderID string, to ordertype.Address) error {
	to, err := cleanAddress(to)
	if err != nil {
		return err
	}
	return s.change(ctx, st, orderID, "address_changed", (*Order).CanEditAddress, func(tx *tenant.Store, o *Order, now database.Time) error {
		if o.Shipping == to {
			return nil
		}
		before := addressLine(o.Shipping)
		if o.ShippingGiven == nil {
			first := o.Shipping
			o.ShippingGiven = &first
		}
		o.Shipping, o.Name = to, to.Name
		return note(ctx, tx, o, eventAddressChanged, "", eventArgs{Address: before}, now)
	})
}

func cleanAddress(a ordertype.Address) (ordertype.Address, error) {
	var f problem.Fields
	field := func(name string, v *string, limit int, required bool) {
		*v = strings.TrimSpace(*v)
		f.Check(*v != "" || !required, name, "Fill this in.")
		f.Check(utf8.RuneCountInString(*v) <= limit, name, "Use at most %d characters.", limit)
	}
	field("name", &a.Name, 100, true)
	field("business", &a.Business, 100, false)
	field("line1", &a.Line1, 150, true)
	field("line2", &a.Line2, 150, false)
	field("postal_code", &a.PostalCode, 20, false)
	field("city", &a.City, 100, true)
	field("region", &a.Region, 100, false)
	field("phone", &a.Phone, 40, false)
	a.Country = strings.ToUpper(strings.TrimSpace(a.Country))
	f.Check(country.Valid(a.Country), "country", "Choose a country.")
	return a, f.Err()
}

// addressLine is an address on one line.
func addressLine(a ordertype.Address) string {
	var parts []string
	for _, p := range []string{a.Name, a.Business, a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region, a.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

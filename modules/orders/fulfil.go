package orders

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Fulfilment is goods of an order that have left together.
type Fulfilment struct {
	ID             string
	Carrier        string
	TrackingNumber string
	TrackingURL    string
	Actor          string
	CreatedAt      database.Time
	UndoneAt       database.Time // it was a mistake: nothing left
	UndoneReason   string
	Digital        bool // delivered without a parcel
	Lines          []FulfilLine
}

// Undone tells whether the fulfilment was a mistake.
func (f Fulfilment) Undone() bool { return !f.UndoneAt.IsZero() }

// Quantity is how many pieces left.
func (f Fulfilment) Quantity() int {
	n := 0
	for _, l := range f.Lines {
		n += l.Quantity
	}
	return n
}

// FulfilLine is how many pieces of an order's line leave.
type FulfilLine struct {
	LineID   string
	Quantity int
}

// Fulfil is what leaves. No Lines is all that is left.
type Fulfil struct {
	Lines          []FulfilLine
	Carrier        string
	TrackingNumber string
	TrackingURL    string // http or https; made from carrier and number when empty and the carrier is known
}

func (in *Fulfil) validate(o *Order) error {
	var f problem.Fields
	in.Carrier, in.TrackingNumber, in.TrackingURL = strings.TrimSpace(in.Carrier), strings.TrimSpace(in.TrackingNumber), strings.TrimSpace(in.TrackingURL)
	f.Check(utf8.RuneCountInString(in.Carrier) <= 60, "carrier", "Use at most %d characters.", 60)
	f.Check(utf8.RuneCountInString(in.TrackingNumber) <= 100, "tracking_number", "Use at most %d characters.", 100)
	if in.TrackingURL == "" {
		in.TrackingURL = trackingURL(in.Carrier, in.TrackingNumber)
	} else {
		u, err := url.Parse(in.TrackingURL)
		f.Check(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(in.TrackingURL) <= 500, "tracking_url", "Enter a web address that begins with https://.")
	}
	if len(in.Lines) == 0 {
		for _, l := range o.Lines {
			if l.Left() > 0 {
				in.Lines = append(in.Lines, FulfilLine{l.ID, l.Left()})
			}
		}
	}
	left, total := map[string]int{}, 0
	for _, l := range o.Lines {
		left[l.ID] = l.Left()
	}
	kept := in.Lines[:0]
	for _, l := range in.Lines {
		n, known := left[l.LineID]
		switch {
		case !known:
			f.Add("lines", "One of these lines is not part of the order.")
		case l.Quantity < 0 || l.Quantity > n:
			f.Add("q_"+l.LineID, "Enter a whole number from %d to %d.", 0, n)
		case l.Quantity > 0:
			left[l.LineID] -= l.Quantity
			total += l.Quantity
			kept = append(kept, l)
		}
	}
	in.Lines = kept
	f.Check(total > 0 || len(f) > 0, "lines", "Choose at least one piece to send.")
	return f.Err()
}

// Fulfil notes that goods of an order have left: all that is left, or part of it. It returns the fulfilment's id.
func (s *Service) Fulfil(ctx context.Context, st *tenant.Store, orderID string, in Fulfil) (id string, err error) {
	return s.fulfil(ctx, st, orderID, in, false)
}

// fulfil is Fulfil; digital is what needs no parcel: the customer is told of no goods on their way.
func (s *Service) fulfil(ctx context.Context, st *tenant.Store, orderID string, in Fulfil, digital bool) (id string, err error) {
	err = s.change(ctx, st, orderID, "fulfilled", (*Order).CanFulfil, func(tx *tenant.Store, o *Order, now database.Time) error {
		in := in // the closure can be run again
		if err := in.validate(o); err != nil {
			return err
		}
		if err := s.sellNow(ctx, tx, o, now); err != nil {
			return err
		}
		id = database.NewID()
		e := event.OrderFulfilled{OrderID: o.ID, Number: o.number(), FulfilmentID: id, FulfilledAt: now}
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_fulfilment (id, order_id, carrier, tracking_number, tracking_url, actor, created_at, digital) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			id, o.ID, in.Carrier, in.TrackingNumber, in.TrackingURL, audit.ActorFrom(ctx).Name, now, digital)
		if err != nil {
			return fmt.Errorf("insert a fulfilment: %w", err)
		}
		args := eventArgs{Carrier: in.Carrier, Tracking: in.TrackingNumber}
		for _, l := range in.Lines {
			if _, err := tx.ExecContext(ctx, `INSERT INTO orders_fulfilment_line (fulfilment_id, line_id, quantity) VALUES (?, ?, ?)
				ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity`, id, l.LineID, l.Quantity); err != nil {
				return fmt.Errorf("insert a line of a fulfilment: %w", err)
			}
			o.line(l.LineID).Fulfilled += l.Quantity
			args.Quantity += l.Quantity
			e.Lines = append(e.Lines, event.FulfilledLine{LineID: l.LineID, Quantity: int64(l.Quantity)})
		}
		e.Complete = o.Left() == 0
		if _, err := event.Publish(tx.DB, e); err != nil {
			return err
		}
		if digital {
			return note(ctx, tx, o, eventDelivered, "", args, now)
		}
		s.tell(ctx, o, ordertype.NoticeSent, money.Zero(o.Currency), id)
		return note(ctx, tx, o, eventFulfilled, "", args, now)
	})
	return id, err
}

// UndoFulfilment takes a fulfilment back that was made by mistake; the goods have not left. It returns the order's id.
func (s *Service) UndoFulfilment(ctx context.Context, st *tenant.Store, fulfilmentID, reason string) (orderID string, err error) {
	reason, err = cleanReason(reason)
	if err != nil {
		return "", err
	}
	if orderID, err = s.ownerOf(ctx, st, "orders_fulfilment", fulfilmentID); err != nil {
		return "", err
	}
	return orderID, s.change(ctx, st, orderID, "fulfilment_undone", (*Order).CanUndoFulfilment, func(tx *tenant.Store, o *Order, now database.Time) error {
		var undo *Fulfilment
		for i := range o.Fulfilments {
			if o.Fulfilments[i].ID == fulfilmentID {
				undo = &o.Fulfilments[i]
			}
		}
		if undo == nil || undo.Undone() {
			return refuse("This fulfilment has been undone already.")
		}
		if _, err := tx.ExecContext(ctx, "UPDATE orders_fulfilment SET undone_at = ?, undone_reason = ? WHERE id = ?", now, reason, fulfilmentID); err != nil {
			return fmt.Errorf("undo a fulfilment: %w", err)
		}
		for _, l := range undo.Lines {
			o.line(l.LineID).Fulfilled -= l.Quantity
		}
		return note(ctx, tx, o, eventUnfulfilled, reason, eventArgs{Quantity: undo.Quantity()}, now)
	})
}

// line of the order by id; the caller has made sure that there is one.
func (o *Order) line(id string) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return &Line{}
}

func (o *Order) number() string { return strconv.FormatInt(o.Number, 10) }

func fulfilments(ctx context.Context, st *tenant.Store, orderID string) ([]Fulfilment, error) {
	var out []Fulfilment
	err := st.Each(ctx, func(row database.Row) error {
		var f Fulfilment
		err := row.Scan(&f.ID, &f.Carrier, &f.TrackingNumber, &f.TrackingURL, &f.Actor, &f.CreatedAt, &f.UndoneAt, &f.UndoneReason, &f.Digital)
		out = append(out, f)
		return err
	}, "SELECT id, carrier, tracking_number, tracking_url, actor, created_at, undone_at, undone_reason, digital FROM orders_fulfilment WHERE order_id = ? ORDER BY id", orderID)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	at := map[string]*Fulfilment{}
	for i := range out {
		at[out[i].ID] = &out[i]
	}
	return out, st.Each(ctx, func(row database.Row) error {
		var id string
		var l FulfilLine
		err := row.Scan(&id, &l.LineID, &l.Quantity)
		at[id].Lines = append(at[id].Lines, l)
		return err
	}, "SELECT l.fulfilment_id, l.line_id, l.quantity FROM orders_fulfilment_line l JOIN orders_fulfilment f ON f.id = l.fulfilment_id WHERE f.order_id = ?", orderID)
}

package orders

import (
	"context"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/tenant"
)

// Kinds of timeline entries.
const (
	eventPlaced         = "placed"
	eventFulfilled      = "fulfilled"
	eventUnfulfilled    = "unfulfilled" // a fulfilment was undone
	eventPaid           = "payment_received"
	eventPaymentVoided  = "payment_voided"
	eventCancelled      = "cancelled"
	eventNote           = "note"
	eventAddressChanged = "address_changed"
	eventAuthorised     = "payment_authorised"
	eventCollecting     = "payment_collecting" // the provider was told to
	eventVoiding        = "payment_voiding"
	eventLapsed         = "payment_lapsed"
	eventRefused        = "payment_refused" // money that came and goes back
	eventPayFailed      = "payment_failed"
	eventBackordered    = "backordered"
	eventReopened       = "reopened" // paid after it had been cancelled for not being paid
	eventRefunded       = "refunded"
	eventRepaid         = "repaid"
	eventRepayFailed    = "repayment_failed"
	eventRepayRetried   = "repayment_retried"

	eventDelivered       = "delivered" // what needs no parcel
	eventDownloaded      = "downloaded"
	eventDownloadRenewed = "download_renewed"
	eventDownloadRevoked = "download_revoked"
)

// Event is one entry of an order's timeline. Its words are made when it is shown, from Kind and Args.
type Event struct {
	ID        string
	Kind      string
	Text      string // what a person wrote
	Args      eventArgs
	ActorKind string
	Actor     string
	At        database.Time
}

// eventArgs are the figures of an entry; each kind has a few of them.
type eventArgs struct {
	Quantity  int          `json:"quantity,omitempty"`
	Amount    money.Amount `json:"amount,omitzero"`
	Carrier   string       `json:"carrier,omitempty"`
	Tracking  string       `json:"tracking,omitempty"`
	Reason    string       `json:"reason,omitempty"` // a code
	Restocked bool         `json:"restocked,omitempty"`
	Method    string       `json:"method,omitempty"`
	Address   string       `json:"address,omitempty"` // the one before, on one line
	Outcome   string       `json:"outcome,omitempty"` // of a refused payment
}

// note adds an entry to the timeline, as the doing of the context's actor.
func note(ctx context.Context, tx *tenant.Store, o *Order, kind, text string, args eventArgs, at database.Time) error {
	data, err := database.JSONOf(args)
	if err != nil {
		return err
	}
	who := audit.ActorFrom(ctx)
	name := who.Name
	if who.Kind == audit.Guest || who.Kind == audit.Customer {
		name = "" // the shopper is the order's own
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO orders_event (id, order_id, kind, text, args, actor_kind, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		database.NewID(), o.ID, kind, text, data, who.Kind, name, at)
	if err != nil {
		return fmt.Errorf("note %s on order %d: %w", kind, o.Number, err)
	}
	return nil
}

// Timeline is what happened to an order, newest first.
func (s *Service) Timeline(ctx context.Context, st *tenant.Store, orderID string) ([]Event, error) {
	var out []Event
	err := st.Each(ctx, func(row database.Row) error {
		var e Event
		var args database.JSON
		if err := row.Scan(&e.ID, &e.Kind, &e.Text, &args, &e.ActorKind, &e.Actor, &e.At); err != nil {
			return err
		}
		out = append(out, e)
		return args.Decode(&out[len(out)-1].Args)
	}, "SELECT id, kind, text, args, actor_kind, actor, at FROM orders_event WHERE order_id = ? ORDER BY id DESC", orderID)
	if err != nil {
		return nil, fmt.Errorf("read the timeline: %w", err)
	}
	return out, nil
}

// recordAudit notes a change of an order for the audit, with what differs.
func recordAudit(ctx context.Context, tx *tenant.Store, o *Order, action string, before, after any) error {
	b, a, err := audit.Diff(before, after)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: "orders.order." + action, SubjectKind: "order", SubjectID: o.ID, SubjectName: o.Label(), Before: b, After: a})
}

// auditView is what the audit keeps of an order: states and figures, no person.
type auditView struct {
	PaymentState    string         `json:"payment_state"`
	FulfilmentState string         `json:"fulfilment_state"`
	Paid            int64          `json:"paid"`
	Fulfilled       map[string]int `json:"fulfilled"` // pieces by line id
	CancelledAt     database.Time  `json:"cancelled_at"`
	CancelReason    string         `json:"cancel_reason"`
	StaffNote       string         `json:"staff_note"`
	Authorised      int64          `json:"authorised"`
	Credited        int64          `json:"credited"`
	Refunded        int64          `json:"refunded"`
	StockState      string         `json:"stock_state"`
}

func (o *Order) auditView() auditView {
	v := auditView{o.PaymentState, o.FulfilmentState, o.PaidTotal.Minor, map[string]int{}, o.CancelledAt, o.CancelReason, o.StaffNote, o.AuthorisedTotal.Minor, o.CreditedTotal.Minor, o.RefundedTotal.Minor, o.StockState}
	for _, l := range o.Lines {
		v.Fulfilled[l.ID] = l.Fulfilled
	}
	return v
}

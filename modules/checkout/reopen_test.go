package checkout_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/checkout"
	"wizamart/tenant"
)

// kept is what is written down of a session.
func kept(t *testing.T, st *tenant.Store, id string) (state, order, email string) {
	t.Helper()
	err := st.One(t.Context(), func(row database.Row) error { return row.Scan(&state, &order, &email) }, "SELECT state, order_id, email FROM checkout_session WHERE id = ?", id)
	if err != nil {
		t.Fatal(err)
	}
	return state, order, email
}

// An edit that read the session before it was placed does not open it again: not even while the clock stands still or goes back, so that all is written at
// the same moment.
func TestStaleEditKeepsTheOrder(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 100)
	sold, err := s.products.Sellables(t.Context(), st, []string{shell})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{{}, time.Now().Add(time.Hour)} {
		sess, seal := s.readySession(t, st, sold[shell], 1)
		if !at.IsZero() {
			sess.UpdatedAt = database.At(at)
			err := st.Write(t.Context(), func(tx *tenant.Store) error {
				_, err := tx.ExecContext(t.Context(), "UPDATE checkout_session SET updated_at = ? WHERE id = ?", sess.UpdatedAt, sess.ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		placed, err := s.checkout.Place(t.Context(), st, sess.ID, checkout.PlaceInput{Seal: seal})
		if err != nil {
			t.Fatal(err)
		}
		_, _, contact := s.checkout.SaveContact(t.Context(), st, sess, checkout.Contact{Email: "eve@example.com"}, true)
		_, _, payment := s.checkout.ChoosePayment(t.Context(), st, sess, sess.PaymentMethod, "again")
		_, _, delivery := s.checkout.ChooseDelivery(t.Context(), st, sess, sess.ShippingMethodID)
		_, code := s.checkout.RemoveCode(t.Context(), st, sess.ID, "X")
		for _, err := range []error{contact, payment, delivery, code} {
			if !problem.Is(err, problem.Conflict) {
				t.Errorf("an edit of what is placed: %v", err)
			}
		}
		if state, order, email := kept(t, st, sess.ID); state != "placed" || order != placed.ID || email != "" {
			t.Errorf("%s, order %s, %q", state, order, email)
		}
	}
}

// Whoever edits while the order is placed comes before it, and then the shopper looks once more, or after it, and is refused.
func TestEditsMeetPlacing(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 100)
	sold, err := s.products.Sellables(t.Context(), st, []string{shell})
	if err != nil {
		t.Fatal(err)
	}
	won := 0
	for round := range 8 {
		sess, seal := s.readySession(t, st, sold[shell], 1)
		var wg sync.WaitGroup
		var placed [2]error
		for i := range placed {
			wg.Go(func() { _, placed[i] = s.checkout.Place(t.Context(), st, sess.ID, checkout.PlaceInput{Seal: seal}) })
		}
		for i := range 4 {
			wg.Go(func() {
				_, _, err := s.checkout.ChoosePayment(t.Context(), st, sess, sess.PaymentMethod, fmt.Sprint("note ", i))
				if err != nil && !problem.Is(err, problem.Conflict) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, err := range placed {
			if err != nil && !problem.Is(err, problem.Conflict) {
				t.Error(err)
			}
		}
		done := placed[0] == nil || placed[1] == nil
		state, order, email := kept(t, st, sess.ID)
		if done {
			won++
		}
		if done != (state == "placed") || done != (order != "") || done != (email == "") {
			t.Errorf("round %d: placed %v, and the session is %s with order %q", round, placed, state, order)
		}
	}
	if n := len(s.orders(t, st)); n != won || s.onHand(t, st, shell) != 100-won {
		t.Errorf("%d placed, %d orders, %d left", won, n, s.onHand(t, st, shell))
	}
}

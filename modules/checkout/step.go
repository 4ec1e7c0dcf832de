package checkout

// Step of the checkout, each a page.
type Step string

const (
	AddressStep  Step = "address"
	DeliveryStep Step = "delivery"
	PaymentStep  Step = "payment"
	ReviewStep   Step = "review"
)

// steps are the pages that this order needs.
func (q Quote) steps() []Step {
	out := []Step{AddressStep}
	if q.NeedsShipping {
		out = append(out, DeliveryStep)
	}
	if !q.NothingToPay() {
		out = append(out, PaymentStep)
	}
	return append(out, ReviewStep)
}

// furthest is the first step that is not complete: nobody gets past it.
func furthest(sess Session, q Quote) Step {
	switch {
	case sess.CheckContact(q.Countries) != nil:
		return AddressStep
	case q.NeedsShipping && q.Method == nil:
		return DeliveryStep
	case q.Payment == nil:
		return PaymentStep
	}
	return ReviewStep
}

// order of the steps.
func (s Step) order() int {
	for i, o := range []Step{AddressStep, DeliveryStep, PaymentStep, ReviewStep} {
		if o == s {
			return i
		}
	}
	return -1
}

// after is the page that follows.
func (q Quote) after(s Step) Step {
	for _, o := range q.steps() {
		if o.order() > s.order() {
			return o
		}
	}
	return ReviewStep
}

// before is the page that precedes.
func (q Quote) before(s Step) Step {
	out := AddressStep
	for _, o := range q.steps() {
		if o.order() < s.order() {
			out = o
		}
	}
	return out
}

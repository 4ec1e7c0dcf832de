package checkout

import (
	"context"
	"slices"
	"strings"
	"time"

	"wizamart/framework/problem"
	"wizamart/modules/checkout/promotion"
	"wizamart/tenant"
)

// maxCodes of one checkout.
const maxCodes = 8

// AddCode gives a checkout the code of a discount or a gift card.
//
// Errors: Invalid on "code" in words: unknown, ended, used up, how much is missing, not with others.
func (s *Service) AddCode(ctx context.Context, st *tenant.Store, id, code string) (Session, error) {
	code = normalCode(code)
	switch {
	case code == "":
		return Session{}, problem.On("code", "Enter a code.")
	case len(code) > 40:
		return Session{}, problem.On("code", "There is no such code. Please check each letter.")
	}
	return s.editNow(ctx, st, id, func(sess *Session) error {
		card, err := s.cardByCode(ctx, st, code)
		if err != nil {
			return err
		}
		if card.ID != "" {
			switch card.State(time.Now()) {
			case "voided":
				return problem.On("code", "This gift card is void: what was paid for it was given back.")
			case "off":
				return problem.On("code", "This gift card has been switched off. Please ask the shop.")
			case "ended":
				return problem.On("code", "This gift card has expired.")
			case "used_up":
				return problem.On("code", "Nothing is left on this gift card.")
			}
			code = cardMark + card.ID
		}
		if slices.Contains(sess.Codes, code) {
			return problem.On("code", "You are using this code already.")
		}
		if len(sess.Codes) >= maxCodes {
			return problem.On("code", "Use at most %d codes.", maxCodes)
		}
		sess.Codes = append(slices.Clone(sess.Codes), code)
		if card.ID != "" {
			return nil
		}
		q, err := s.Quote(ctx, st, *sess)
		if err != nil {
			return err
		}
		for _, r := range q.Refused {
			if r.Code == code {
				return problem.On("code", "%s", refusalText(s.translator(st), st, r))
			}
		}
		return nil
	})
}

// RemoveCode takes a code away: as it was typed, or a gift card's id.
func (s *Service) RemoveCode(ctx context.Context, st *tenant.Store, id, code string) (Session, error) {
	return s.editNow(ctx, st, id, func(sess *Session) error {
		sess.Codes = slices.DeleteFunc(slices.Clone(sess.Codes), func(c string) bool { return c == normalCode(code) || c == cardMark+strings.TrimSpace(code) })
		return nil
	})
}

// refusalText says in words why a code takes nothing off.
func refusalText(t func(key string, args ...any) string, st *tenant.Store, r promotion.Refusal) string {
	switch r.Reason {
	case promotion.NotYet:
		return t("This code is not valid yet.")
	case promotion.Ended:
		return t("This code has ended.")
	case promotion.UsedUp:
		return t("This code has been used up.")
	case promotion.UsedByYou:
		return t("You have used this code before.")
	case promotion.NoGoods:
		return t("This code is for other products than those in your cart.")
	case promotion.TooLittle:
		return t("This code needs a larger order: %s are missing.", inCurrency(st, r.Missing))
	case promotion.TooFew:
		return t("This code needs more pieces: %d are missing.", r.Missing)
	case promotion.NothingToSend:
		return t("This code is for deliveries, and nothing in your cart has to be sent.")
	case promotion.NotWithOthers:
		return t("This code cannot be used together with your other discounts, which save you as much or more.")
	case promotion.NothingToSpare:
		return t("This code takes nothing off this order.")
	}
	return t("There is no such code. Please check each letter.")
}

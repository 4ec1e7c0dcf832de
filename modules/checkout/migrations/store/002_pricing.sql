-- What a shopper tells a checkout beyond addresses and ways: a VAT number with what the check of it said, and the codes of discounts and gift cards.
ALTER TABLE checkout_session ADD COLUMN vat_id TEXT NOT NULL DEFAULT '';
ALTER TABLE checkout_session ADD COLUMN vat_check TEXT NOT NULL DEFAULT '{}'; -- JSON
ALTER TABLE checkout_session ADD COLUMN codes TEXT NOT NULL DEFAULT '[]'; -- JSON: as typed, upper case

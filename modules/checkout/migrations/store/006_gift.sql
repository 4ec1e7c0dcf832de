-- To whom a shopper sends the gift cards that they buy, by variant.
ALTER TABLE checkout_session ADD COLUMN gifts TEXT NOT NULL DEFAULT '{}';

-- To whom a line's gift cards are sent, where it is not the buyer: JSON, ordertype.Gift.
ALTER TABLE orders_line ADD COLUMN gift TEXT;

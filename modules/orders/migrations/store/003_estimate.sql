-- When an order arrives, as the shopper was told: it was part of the delivery method's name before.
ALTER TABLE orders_order ADD COLUMN estimate TEXT NOT NULL DEFAULT '';

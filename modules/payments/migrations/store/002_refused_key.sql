-- When the provider last said that it does not know the secret key, and when a message came last whose signature does not fit the webhook's secret. A key that is
-- accepted, and a message that fits, take it away.
ALTER TABLE payments_account ADD COLUMN refused_at INTEGER;
ALTER TABLE payments_account ADD COLUMN hook_refused_at INTEGER;

-- Amounts are minor units of the row's currency. Times are Unix milliseconds.

-- One try to pay an order with a provider. Its id is the provider's idempotency key.
CREATE TABLE payments_attempt (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL,
	order_token TEXT NOT NULL,
	order_number TEXT NOT NULL,
	provider TEXT NOT NULL,
	mode TEXT NOT NULL, -- which of the store's keys: live, test, demo
	kind TEXT NOT NULL CHECK (kind IN ('hosted', 'element')),
	state TEXT NOT NULL CHECK (state IN ('created', 'open', 'processing', 'authorised', 'captured', 'cancelled')),
	amount INTEGER NOT NULL CHECK (amount > 0),
	currency TEXT NOT NULL,
	session_id TEXT NOT NULL DEFAULT '', -- of the provider's own payment page
	external_id TEXT NOT NULL DEFAULT '', -- of the payment at the provider
	outcome TEXT NOT NULL DEFAULT '', -- what the order said to the money
	captured INTEGER NOT NULL DEFAULT 0 CHECK (captured >= 0),
	refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0), -- as the provider says
	collect_asked INTEGER NOT NULL DEFAULT 0,
	void_asked INTEGER NOT NULL DEFAULT 0,
	reference TEXT NOT NULL DEFAULT '', -- for people: Visa ···· 4242
	fault TEXT NOT NULL DEFAULT '', -- the last failure, for people
	fault_ref TEXT NOT NULL DEFAULT '', -- the provider's name of it: each is told once
	until INTEGER NOT NULL, -- nobody can begin to pay later
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payments_attempt_order ON payments_attempt (order_id, id);
CREATE UNIQUE INDEX payments_attempt_external ON payments_attempt (external_id) WHERE external_id <> '';
CREATE INDEX payments_attempt_session ON payments_attempt (session_id) WHERE session_id <> '';

-- Money on its way back. The id is that of the order's repayment, and the provider's idempotency key.
CREATE TABLE payments_refund (
	id TEXT PRIMARY KEY,
	attempt_id TEXT NOT NULL REFERENCES payments_attempt (id),
	amount INTEGER NOT NULL CHECK (amount > 0),
	state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
	external_id TEXT NOT NULL DEFAULT '',
	tries INTEGER NOT NULL DEFAULT 0,
	fault TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payments_refund_attempt ON payments_refund (attempt_id);

-- What the provider says otherwise than we do. Found anew every night.
CREATE TABLE payments_difference (
	id TEXT PRIMARY KEY, -- kind and payment: found again, it is the same one
	kind TEXT NOT NULL,
	mode TEXT NOT NULL,
	attempt_id TEXT NOT NULL DEFAULT '',
	external_id TEXT NOT NULL,
	ours INTEGER NOT NULL,
	theirs INTEGER NOT NULL,
	currency TEXT NOT NULL,
	found_at INTEGER NOT NULL,
	dismissed_at INTEGER
) STRICT;

-- The store's keys at the provider, by mode. Secrets are sealed with the operator's key.
CREATE TABLE payments_account (
	id TEXT PRIMARY KEY CHECK (id IN ('live', 'test')),
	publishable_key TEXT NOT NULL DEFAULT '',
	secret_key BLOB,
	webhook_secret BLOB,
	updated_at INTEGER NOT NULL
) STRICT;

-- How a store wants to be paid was the checkout's. The old settings stay for the version before this one.
INSERT OR IGNORE INTO tenant_setting (key, value, updated_at)
	SELECT 'payments.' || substr(key, 10), value, updated_at FROM tenant_setting
	WHERE key IN ('checkout.bank_transfer', 'checkout.bank_holder', 'checkout.bank_iban', 'checkout.bank_bic', 'checkout.bank_days', 'checkout.bank_text',
		'checkout.cod', 'checkout.cod_fee', 'checkout.cod_text');

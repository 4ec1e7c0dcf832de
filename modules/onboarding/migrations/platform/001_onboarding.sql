-- Who may open a shop: by the operator's invitation, or by signing up. A row is what its mailed link is about.
CREATE TABLE onboarding_invitation (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL CHECK (kind IN ('sign_up', 'invitation')),
	email       TEXT NOT NULL,
	business    TEXT NOT NULL DEFAULT '',
	lang        TEXT NOT NULL,
	invited_by  TEXT NOT NULL DEFAULT '',       -- user, of an invitation
	created_at  INTEGER NOT NULL,
	expires_at  INTEGER NOT NULL,
	revoked_at  INTEGER,
	accepted_at INTEGER,
	user_id     TEXT,                           -- who accepted it
	store_id    TEXT                            -- the shop that came of it
) STRICT;
CREATE INDEX onboarding_invitation_email ON onboarding_invitation (email);
CREATE INDEX onboarding_invitation_user ON onboarding_invitation (user_id);

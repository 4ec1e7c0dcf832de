-- Page views of a shop, summed up. Days are counted from 1970-01-01 and begin at midnight UTC. Nothing here is about a person.
CREATE TABLE analytics_day (
	day      INTEGER PRIMARY KEY,
	views    INTEGER NOT NULL,
	visitors INTEGER NOT NULL,
	partial  INTEGER NOT NULL CHECK (partial IN (0, 1)) -- there were more visitors than could be told apart
) STRICT;

CREATE TABLE analytics_count (
	day    INTEGER NOT NULL,
	what   TEXT NOT NULL CHECK (what IN ('page', 'referrer', 'device')), -- counted are views, views from elsewhere, visitors
	kind   TEXT NOT NULL, -- of a page
	name   TEXT NOT NULL, -- path, host or class; '*' sums up those that have no row of their own
	amount INTEGER NOT NULL,
	PRIMARY KEY (day, what, kind, name)
) STRICT, WITHOUT ROWID;

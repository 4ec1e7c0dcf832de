package database

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Time is a UTC instant, kept in an INTEGER column as Unix milliseconds. The zero Time is NULL.
// In JSON it is RFC 3339.
type Time struct{ time.Time }

// Now is the current instant, cut to the millisecond that the database keeps.
func Now() Time { return At(time.Now()) }

// At converts t.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMilli(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{time.UnixMilli(v).UTC()}
	default:
		return fmt.Errorf("scan a time: %T is not Unix milliseconds", v)
	}
	return nil
}

// NewID is a new UUIDv7 (RFC 9562): unique everywhere, and sorted by time of creation.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

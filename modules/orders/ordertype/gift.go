package ordertype

import "wizamart/framework/database"

// Gift is to whom gift cards are sent, where it is not their buyer.
type Gift struct {
	Email   string        `json:"email"`
	Name    string        `json:"name,omitempty"`
	Message string        `json:"message,omitempty"` // plain text
	SendAt  database.Time `json:"send_at,omitzero"`  // zero is as soon as it is paid
}

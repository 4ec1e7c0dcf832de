package database

// Class says what may become of a table's rows when a store is restored, cloned, exported or erased.
type Class string

const (
	Content   Class = "content"   // may be rewound; public content bumps the page cache
	Ledger    Class = "ledger"    // orders, payments, documents, stock movements: only ever forward
	Personal  Class = "personal"  // about a natural person: exported and erased on request
	Secret    Class = "secret"    // never exported or cloned
	Ephemeral Class = "ephemeral" // may be dropped at any time
)

// Scope says in which kind of file a table or a migration lives.
type Scope string

const (
	Platform Scope = "platform"
	Merchant Scope = "merchant"
	Store    Scope = "store"
)

// Table declares a table's scope and class in its module's manifest.
type Table struct {
	Name  string
	Scope Scope
	Class Class
}

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

// Fate is what happens to a table's rows when a store is rewound, forked or cloned.
type Fate string

const (
	Rewound Fate = "rewound" // the rows of that moment come back
	Kept    Fate = "kept"    // the living rows stay, and those of that moment that are missing are added
	Emptied Fate = "emptied" // the copy begins without rows
)

// Rewind is the fate of the class when a living store goes back to an earlier moment: products may, but invoice numbers, payments
// and erasures never do. A restore of a lost or damaged file is no rewind: it takes the newest copy whole, and all classes come back
// as they were.
//
// Nothing uses it yet: today a moment is always restored beside the living store. Point-in-time comparison, forks and
// taking rows over are to ask here, and so is whoever clones: a clone has neither Ledger nor Secret nor Ephemeral rows.
func (c Class) Rewind() Fate {
	switch c {
	case Content:
		return Rewound
	case Ephemeral:
		return Emptied // rewound, a revoked session would live again and a used link work twice
	}
	return Kept // Ledger, Personal (an erasure stays an erasure), Secret
}

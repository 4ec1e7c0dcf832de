//go:build race

package checkout

// Raced: the race detector watches. It makes SQLite and the first page of each platform some twenty times slower.
const Raced = true

//go:build !race

package checkout

const Raced = false

package database

import (
	"bytes"
	"runtime"
	"strconv"
)

// goroutineID is the current goroutine's number. It serves one purpose: to fail at once where a closure
// would wait for the goroutine that it runs on.
func goroutineID() uint64 {
	var buf [64]byte
	head := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	id, _ := strconv.ParseUint(string(head[:bytes.IndexByte(head, ' ')]), 10, 64)
	return id
}

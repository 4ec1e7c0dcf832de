package database

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
)

// onWriter tells whether the current goroutine is some file's writer, by the function that it was started with. It costs a tenth of
// goroutineID, and all but a few goroutines are none.
func onWriter() bool {
	var calls [256]uintptr
	n := runtime.Callers(1, calls[:])
	// Behind it all stands runtime.goexit.
	return n == len(calls) || n > 1 && strings.HasSuffix(runtime.FuncForPC(calls[n-2]-1).Name(), "/database.(*file).run")
}

// goroutineID is the current goroutine's number. It serves one purpose: to fail at once where a closure
// would wait for the goroutine that it runs on.
func goroutineID() uint64 {
	var buf [64]byte
	head := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	id, _ := strconv.ParseUint(string(head[:bytes.IndexByte(head, ' ')]), 10, 64)
	return id
}

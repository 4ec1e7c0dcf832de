package replicatetest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// Address is one of loopback where nobody listens, for a server that is started as a program. Its port is below those that the system gives to
// connections going out and to listeners on port 0: one of these could take it before the server does.
func Address(tb testing.TB) string {
	tb.Helper()
	var last error
	for range 100 {
		at := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))
		l, err := net.Listen("tcp", at)
		if err == nil {
			err = l.Close()
		}
		if err == nil {
			return at
		}
		last = err
	}
	tb.Fatal(last)
	return ""
}

// Port is that of an Address.
func Port(tb testing.TB) int {
	tb.Helper()
	at, err := net.ResolveTCPAddr("tcp", Address(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return at.Port
}

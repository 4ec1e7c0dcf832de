// Package fault proves the promise on the real binary: an order that a shopper saw confirmed survives. A server with the demo's shops is
// killed, cut off from its replica, robbed of its disk or of its data, while shoppers buy over HTTP and keep their own list of what
// they were told. FAULT_ROUNDS makes the loops long; “make fault” runs them.
package fault

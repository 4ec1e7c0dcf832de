//go:build tools

// Package servers pins the servers that tests start on loopback. They have a module of their own, so that nothing of them
// comes near the binary.
package servers

import (
	_ "github.com/Shopify/toxiproxy/v2/cmd/server"
	_ "github.com/benbjohnson/litestream/cmd/litestream"
	_ "github.com/letsencrypt/pebble/v2/cmd/pebble"
	_ "github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv"
	_ "github.com/stripe/stripe-mock"
	_ "github.com/versity/versitygw/cmd/versitygw"
)

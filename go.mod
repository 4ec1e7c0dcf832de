module wizamart

go 1.26.8

require (
	github.com/bojanz/currency v1.4.2
	github.com/evanw/esbuild v0.28.2
	github.com/google/uuid v1.6.0
	github.com/pocketbase/dbx v1.12.0
	modernc.org/sqlite v1.62.0
)

require (
	github.com/cockroachdb/apd/v3 v3.2.1 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/stretchr/testify v1.11.1 // indirect
	golang.org/x/sys v0.49.0 // indirect
	modernc.org/libc v1.80.1 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)

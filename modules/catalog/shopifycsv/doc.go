// Package shopifycsv reads and writes Shopify's product CSV. It is a pure codec: no database, no network.
//
// The Reader takes both headers that are about: the classic one (Handle, Body (HTML), Variant Price …)
// and today's (URL handle, Description, Price …). It holds one product at a time, whatever the file's size;
// besides that only a hash per handle and SKU, to see repetitions, up to a million of each.
// The Writer gives the classic header, because every tool reads it.
//
// Nothing of a file is lost on the way through: columns that the model has no field for stay in Extra, and
// where a known cell's text is not what the Writer would write for the value read ("36" for 36.00, an empty
// weight, '9009518582030 in a barcode) the text stays in Raw. The Writer writes Raw again as long as it still
// means the value that the product has. So a store that keeps Extra, Raw and ExtraRows as JSON gets its
// own file back, and what it exports it can import and export again byte for byte.
//
// # Intended differences between a file and its export
//
//   - The header is the classic one with all its columns in Shopify's order (see Layout). Columns that the file did not
//     have are added, empty or with the model's value (Image Position counts from 1); unknown columns follow.
//   - Quotes stand only where CSV needs them, line ends are LF, the encoding is UTF-8 without a byte order mark.
//   - Yes and no are "true" and "false", out of stock is "deny" or "continue", in small letters.
//   - Images stand on a product's first rows, in the order of their positions, numbered from 1; an image that a product
//     lists twice stands there once; an alternative text without an image is dropped.
//   - A product's own columns (title, brand, …) and option names stand on its first row only; a missing
//     title becomes the handle, a missing option name becomes "Option 1".
//   - A product without options has the option Title with the value Default Title, as Shopify writes it.
//   - Handles, option names and values and image addresses lose surrounding spaces. Rows of a product that lay apart stand together once a store has joined them.
//   - Empty rows, refused rows and columns without a name are gone.
package shopifycsv

// Limits of one file. Sizes are bytes of UTF-8.
const (
	MaxVariants     = 1000      // variants of one product; further rows are refused
	MaxImages       = 250       // images of one product, Shopify's own limit
	MaxField        = 1 << 20   // one cell; a longer one is most often a quote that never closes
	MaxColumns      = 1000      // columns of the header
	MaxProduct      = 16 << 20  // all cells of one product; further rows are refused
	DefaultMaxBytes = 256 << 20 // the file, where Options say nothing
	maxRemembered   = 1 << 20   // hashes of handles and of SKUs
	maxStock        = 1_000_000_000
	maxGrams        = 1_000_000_000
)

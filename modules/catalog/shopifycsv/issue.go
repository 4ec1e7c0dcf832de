package shopifycsv

import "fmt"

// Issue is something that a person should know about one row. The row is kept unless Refused is true.
type Issue struct {
	Line    int    `json:"line"`    // physical line of the file on which the row starts, from 1
	Column  string `json:"column"`  // the column's name as this file writes it; empty for the whole row
	Code    string `json:"code"`    // one of the constants below, stable
	Message string `json:"message"` // a sentence for the merchant
	Refused bool   `json:"-"`       // the row was left out: an error, not a warning
}

// Codes of refused rows.
const (
	CodeColumnCount     = "column_count"      // more or fewer cells than the header
	CodeNoHandle        = "no_handle"         // nothing says which product the row belongs to
	CodeBadHandle       = "bad_handle"        // a handle that can be no part of an address
	CodeBadPrice        = "bad_price"         // price, compare-at price or cost that is no amount, or absurd
	CodeNegativePrice   = "negative_price"    // the same below zero
	CodeDuplicateOption = "duplicate_options" // this combination stands on an earlier row of the product
	CodeVariantLimit    = "variant_limit"     // over MaxVariants
	CodeImageLimit      = "image_limit"       // over MaxImages (a warning where the row has a variant: that is kept)
	CodeProductSize     = "product_size"      // over MaxProduct
	CodeProductRefused  = "product_refused"   // the product's first row, or all its variants, were refused
)

// Codes of warnings.
const (
	CodeEmptyRow         = "empty_row"
	CodeStrayRow         = "stray_row" // neither a variant nor an image: its unknown columns are kept
	CodeNotContiguous    = "rows_apart"
	CodeUnusualHandle    = "unusual_handle"
	CodeTitleMissing     = "title_missing"
	CodeProductDiffers   = "product_differs" // a later row states another title, brand, …: the first stands
	CodeOptionName       = "option_name_missing"
	CodeOptionNameTwice  = "option_name_repeated"
	CodeOptionNameOther  = "option_name_differs"
	CodeOptionValue      = "option_value_missing"
	CodeOptionGap        = "option_gap"
	CodeParentRow        = "parent_row" // a first row without a variant of its own
	CodePriceMissing     = "price_missing"
	CodePriceZero        = "price_zero"
	CodeCompareAt        = "compare_at_not_above_price"
	CodeSKURepeated      = "sku_repeated"
	CodeBarcodeQuote     = "barcode_apostrophe"
	CodeBarcodeRounded   = "barcode_scientific"
	CodeNegativeStock    = "negative_stock"
	CodeBadNumber        = "bad_number"
	CodeRounded          = "rounded"
	CodeUnknownWord      = "unknown_word" // not true/false, deny/continue, a weight unit or a status
	CodeImageAddress     = "image_address"
	CodeImageRepeated    = "image_repeated"
	CodeImagePosition    = "image_position"
	CodeAltWithoutImage  = "alt_without_image"
	CodeBareQuote        = "bare_quote"
	CodeSeparator        = "separator"
	CodeColumnName       = "column_name"
	CodeNoLongerCompared = "no_longer_compared" // over a million handles or SKUs: repetitions go unseen
)

// FileError says why a file as a whole cannot be read, or not beyond Line. Products before it were whole.
type FileError struct {
	Line    int    // physical line, from 1; for quotes the line on which the quote opened; 0 for the file
	Code    string // one of the File… constants
	Message string
	Err     error // what the source said, for FileRead
}

// Codes of FileError.
const (
	FileEmpty    = "empty"
	FileNotCSV   = "not_csv"
	FileEncoding = "encoding"
	FileNUL      = "nul_byte"
	FileHeader   = "header"
	FileQuote    = "unbalanced_quote"
	FileField    = "field_too_long"
	FileRecord   = "row_too_long"
	FileTooLarge = "file_too_large"
	FileRead     = "unreadable"
)

func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

func (e *FileError) Unwrap() error { return e.Err }

package ordertype

// File is a file that a line's buyer gets.
type File struct {
	Hash  string // SHA-256, hex
	Name  string
	Bytes int64
}

// NoticeDownload: files can be downloaded.
const NoticeDownload = "download"

// Voucher is the tax class of gift cards: they are delivered by mail.
const Voucher = "voucher"

// LetterDownload is what of an order can be downloaded.
type LetterDownload struct {
	Title string
	Token string // secret of its page, /downloads/<token>
	Files []string
}

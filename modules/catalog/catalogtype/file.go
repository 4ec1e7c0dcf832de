package catalogtype

// File is a file that a variant gives to its buyers.
type File struct {
	Hash  string // SHA-256, hex
	Name  string // as buyers get it
	Bytes int64
}

// FileName is where a file of this hash lies in a store's media directory.
func FileName(hash string) string { return "files/" + hash }

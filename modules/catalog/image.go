package catalog

import "wizamart/framework/database"

// Image is a picture of a product.
type Image struct {
	ID         string
	ProductID  string
	Position   int    // from 1
	Hash       string // of the media file; "" while it still has to be fetched from SourceURL
	SourceURL  string
	Problem    string // why it could not be fetched, for the merchant
	Alt        string
	ImportData database.JSON
	CreatedAt  database.Time

	Width  int  // pixels; 0 while pending
	Height int  // pixels
	Small  bool // there is a version of at most 400 pixels
}

// URL is the picture's path below a surface's prefix, or "".
func (i Image) URL() string { return mediaURL(i.Hash) }

// SmallURL is the path of the version for cards, which may be the picture itself.
func (i Image) SmallURL() string { return smallURL(i.Hash, i.Small) }

func mediaURL(hash string) string {
	if hash == "" {
		return ""
	}
	return "/media/" + hash + ".webp"
}

func smallURL(hash string, small bool) string {
	if hash == "" || !small {
		return mediaURL(hash)
	}
	return "/media/" + hash + "-400.webp"
}

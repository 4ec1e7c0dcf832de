package catalog

import (
	"wizamart/framework/database"
	"wizamart/modules/catalog/catalogtype"
)

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

	Width  int // pixels; 0 while pending
	Height int // pixels
	Sizes  catalogtype.Sizes
	FocusX int // per cent from the left: what stays visible when the picture is cropped
	FocusY int // per cent from the top
}

// URL is the picture's path below a surface's prefix, or "".
func (i Image) URL() string { return mediaURL(i.Hash) }

// SmallURL is the path of the version for cards, which may be the picture itself.
func (i Image) SmallURL() string { return smallURL(i.Hash, i.Sizes) }

// ThumbURL is the path of the version for thumbnails, which may be larger than that.
func (i Image) ThumbURL() string { return i.Sizes.AtLeast(i.URL(), thumbWidth) }

// Focus is the CSS class of what stays visible when the picture is cropped, or "".
func (i Image) Focus() string { return catalogtype.FocusClass(i.FocusX, i.FocusY) }

func mediaURL(hash string) string {
	if hash == "" {
		return ""
	}
	return "/media/" + hash + ".webp"
}

func smallURL(hash string, sizes catalogtype.Sizes) string {
	return sizes.AtLeast(mediaURL(hash), smallWidth)
}

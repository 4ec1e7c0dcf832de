package auth

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"wizamart/framework/problem"
)

// minPassword is in characters. NIST SP 800-63B asks for eight, and for a list of common ones; it
// advises against rules on the mix of characters.
const minPassword = 10

// commonText lists passwords of ten characters and more that are tried first, in lower case.
//
//go:embed common_passwords.txt
var commonText string

var commonPasswords = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(commonText) {
		set[word] = true
	}
	return set
}()

// ValidatePassword notes in f, under the name field, why a new password cannot be taken. email is its owner's.
func ValidatePassword(f *problem.Fields, field, email, password string) {
	lower := strings.ToLower(password)
	email = strings.ToLower(strings.TrimSpace(email))
	local, _, _ := strings.Cut(email, "@")
	switch {
	case password == "":
		f.Add(field, "Please choose a password.")
	case !utf8.ValidString(password):
		f.Add(field, "The password contains characters that cannot be read.")
	case utf8.RuneCountInString(password) < minPassword:
		f.Add(field, "The password needs at least %d characters.", minPassword)
	case len(password) > maxPassword:
		f.Add(field, "The password is too long: it may take %d bytes and takes %d. Letters such as é take two bytes, emoji four.", maxPassword, len(password))
	case email != "" && (strings.TrimSpace(lower) == email || lower == local):
		f.Add(field, "The password must not be your e-mail address.")
	case commonPasswords[lower] || commonPasswords[strings.TrimRight(lower, "!.?$")] || monotonous(lower):
		f.Add(field, "This password is one of the first that others would try. Please choose another.")
	}
}

// monotonous tells whether text repeats one or two characters only.
func monotonous(text string) bool {
	distinct := map[rune]bool{}
	for _, r := range text {
		distinct[r] = true
	}
	return len(distinct) <= 2
}

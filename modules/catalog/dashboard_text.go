package catalog

import (
	"errors"
	"strconv"

	"wizamart/framework/problem"
)

func number(n int) string { return strconv.Itoa(n) }

// firstMessage is what a refusal says to a person: its first field's complaint, else its own.
func firstMessage(err error) string {
	var p *problem.Error
	if !errors.As(err, &p) {
		return err.Error()
	}
	if len(p.Fields) > 0 {
		return p.Fields[0].Message
	}
	return p.Message
}

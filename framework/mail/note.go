package mail

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
)

// Note is a short mail of a few paragraphs and a link, such as one for a new password. All texts are translated already.
type Note struct {
	Brand  string // who writes
	Title  string
	Text   []string
	Button string
	URL    string // "" for no link
	Footer string
}

var noteHTML = template.Must(template.New("note").Parse(`<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>{{.Title}}</title>
<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){.bg{background:#131416!important;color:#eceef1!important}.sheet{background:#1d1f23!important}.muted{color:#a7acb5!important}}</style></head>
<body class="bg" style="margin:0;padding:24px 12px;background:#f4f4f2;color:#1c1f24;font:16px/1.55 -apple-system,BlinkMacSystemFont,'Segoe UI',Helvetica,Arial,sans-serif">
<div class="sheet" style="max-width:560px;margin:0 auto;background:#ffffff;border-radius:10px;padding:32px 28px">
<p style="margin:0 0 24px;font-size:18px;font-weight:600">{{.Brand}}</p>
<h1 style="margin:0 0 12px;font-size:24px;line-height:1.25">{{.Title}}</h1>
{{range .Text}}<p style="margin:0 0 16px">{{.}}</p>
{{end}}{{if .URL}}<p style="margin:0 0 16px"><a href="{{.URL}}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:#1d2939;color:#ffffff;font-weight:600;text-decoration:none">{{.Button}}</a></p>
<p class="muted" style="margin:0;color:#5d626b;font-size:13px;overflow-wrap:anywhere">{{.URL}}</p>
{{end}}</div>
{{with .Footer}}<p class="muted" style="max-width:560px;margin:16px auto 0;padding:0 28px;color:#5d626b;font-size:13px">{{.}}</p>{{end}}
</body></html>
`))

// Fill writes the note into a message, as HTML and as text.
func (n Note) Fill(m *Message) error {
	var out bytes.Buffer
	if err := noteHTML.Execute(&out, n); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	m.HTML = out.String()
	parts := append([]string{n.Brand, n.Title}, n.Text...)
	if n.URL != "" {
		parts = append(parts, n.Button+": "+n.URL)
	}
	if n.Footer != "" {
		parts = append(parts, "-- \n"+n.Footer)
	}
	m.Text = strings.Join(parts, "\n\n") + "\n"
	if m.Subject == "" {
		m.Subject = n.Title
	}
	return nil
}

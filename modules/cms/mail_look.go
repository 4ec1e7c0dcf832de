package cms

import "wizamart/tenant"

// MailLook is what a mail takes of a shop's look: the path of the logo, or "", and the colours of a button as #rrggbb.
func MailLook(st *tenant.Store) (logo, accent, ink string) {
	t := ThemeOf(st.Settings())
	a := preset(t.Preset).light.fit(t.Accent)
	return t.Logo, a.accent.String(), a.ink.String()
}

package cms

// palette is a preset's colours in one scheme, as ui/tokens/themes.css has them (a test holds the two together).
// The stylesheet is the truth in the browser; these are for working out what fits and for the preview.
type palette struct{ Accent, AccentInk, Background, Surface, Ink, Muted, Line, Picture string }

// Preset is one of the looks that a shop can begin with.
type Preset struct {
	Value, Label, Hint string
	light, dark        palette
	radius             int    // of a card's corner, in CSS pixels
	pill               bool   // buttons are round
	heading            string // CSS fonts that come close, for the preview
	weight             int
}

// Presets in the order in which they are offered.
var Presets = []Preset{
	{
		Value: "plain", Label: "Plain", Hint: "White, ink and your colour. Suits anything.", radius: 8, heading: "Inter, Helvetica, Arial, sans-serif", weight: 650,
		light: palette{"#1d2939", "#ffffff", "#ffffff", "#f6f6f5", "#16181d", "#5b606b", "#e2e3e6", "#f3f3f1"},
		dark:  palette{"#e6e9ef", "#14181f", "#111317", "#1a1d22", "#f1f2f4", "#a4a9b4", "#2c3038", "#22252b"},
	},
	{
		Value: "fjord", Label: "Fjord", Hint: "Cool air and wet stone. Round buttons, clear headings.", radius: 12, pill: true, heading: "Outfit, Avenir, Helvetica, sans-serif", weight: 600,
		light: palette{"#0c5566", "#ffffff", "#f4f8f9", "#ffffff", "#0d232c", "#4a626c", "#d3dfe3", "#e6eef0"},
		dark:  palette{"#6fcfe0", "#05222a", "#0b151a", "#12212a", "#e8f2f5", "#9db5be", "#24373f", "#1a2c35"},
	},
	{
		Value: "kaffe", Label: "Kaffe", Hint: "Roasted browns on paper, with a soft serif.", radius: 6, heading: "Fraunces, Georgia, serif", weight: 560,
		light: palette{"#8c3a14", "#fff9f2", "#fbf5ec", "#fffcf7", "#2a1a11", "#6b5444", "#e7d9c6", "#f1e6d6"},
		dark:  palette{"#eaa873", "#2b1506", "#19110c", "#231812", "#f6eadc", "#c3ab95", "#3d2c21", "#2e2119"},
	},
	{
		Value: "hoshi", Label: "Hoshi", Hint: "Washi white and indigo, thin type, much room.", radius: 2, heading: "'Hanken Grotesk', Helvetica, sans-serif", weight: 380,
		light: palette{"#bf3320", "#ffffff", "#fdfdfa", "#f6f5ef", "#1b2048", "#585d7c", "#e2e1d8", "#f3f2ec"},
		dark:  palette{"#ff8f75", "#2b0a04", "#10122a", "#181b38", "#eeeff8", "#abafd0", "#2d325c", "#1d2144"},
	},
}

// preset finds one by its value; an unknown one is the plain preset.
func preset(value string) Preset {
	for _, p := range Presets {
		if p.Value == value {
			return p
		}
	}
	return Presets[0]
}

func (p Preset) scheme(dark bool) palette {
	if dark {
		return p.dark
	}
	return p.light
}

// accents are what one chosen colour becomes in one scheme.
type accents struct{ accent, ink, hover, text color }

// fit works out what a chosen accent becomes on a palette: as it is behind a button, and moved until it
// can be read where it is text. On a dark page a dark accent is lifted until a button stands out (WCAG 2.2, 1.4.11).
func (p palette) fit(chosen string) accents {
	if chosen == "" {
		a := accents{accent: hex(p.Accent), ink: hex(p.AccentInk), text: hex(p.Accent)}
		a.hover = a.accent.mix(hex(p.Ink), 0.14)
		return a
	}
	a := accents{accent: hex(chosen)}
	background := hex(p.Background)
	for share := 0.0; contrast(a.accent, background) < 3 && share < 1 && inkOn(background) == white; share += 0.04 {
		a.accent = hex(hex(chosen).mix(white, share).String())
	}
	a.ink = inkOn(a.accent)
	away := black // the hover moves away from the ink, so that the label stays readable
	if a.ink == black {
		away = white
	}
	a.hover = a.accent.mix(away, 0.12)
	a.text = a.accent.readable(background, hex(p.Surface), background.mix(a.accent, 0.09))
	return a
}

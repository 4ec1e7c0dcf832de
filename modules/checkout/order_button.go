package checkout

import "golang.org/x/text/language"

// orderButtons are the words of the button that places an order, by language: those of Directive 2011/83/EU, article 8(2), in its versions, and of the Norwegian law that
// follows it. Anything less clear, such as "order now", does not bind a consumer.
var orderButtons = map[string]string{
	"en": "Order with obligation to pay",
	"bg": "Поръчка със задължение за плащане",
	"cs": "Objednávka zavazující k platbě",
	"da": "Ordre med betalingsforpligtelse",
	"de": "Zahlungspflichtig bestellen",
	"el": "Παραγγελία με υποχρέωση πληρωμής",
	"es": "Pedido con obligación de pago",
	"et": "Tellimus koos maksekohustusega",
	"fi": "Tilaus, johon liittyy maksuvelvollisuus",
	"fr": "Commande avec obligation de paiement",
	"hr": "Narudžba s obvezom plaćanja",
	"hu": "Fizetési kötelezettséggel járó megrendelés",
	"it": "Ordine con obbligo di pagare",
	"lt": "Užsakymas su įsipareigojimu sumokėti",
	"lv": "Pasūtījums ar pienākumu maksāt",
	"nb": "Bestilling med betalingsplikt",
	"nl": "Bestelling met betalingsverplichting",
	"pl": "Zamówienie z obowiązkiem zapłaty",
	"pt": "Encomenda com obrigação de pagar",
	"ro": "Comandă cu obligație de plată",
	"sk": "Objednávka s povinnosťou platby",
	"sl": "Naročilo z obveznostjo plačila",
	"sv": "Beställning medför betalningsskyldighet",
}

// orderButton is the button's text in the language that a shop sells in (BCP 47), and that text's language; English where the law of no member state
// speaks it.
func orderButton(locale string) (text, lang string) {
	tag, err := language.Parse(locale)
	if err != nil {
		return orderButtons["en"], "en"
	}
	base, _ := tag.Base()
	lang = base.String()
	if lang == "no" || lang == "nn" {
		lang = "nb"
	}
	if text = orderButtons[lang]; text == "" {
		lang, text = "en", orderButtons["en"]
	}
	return text, lang
}

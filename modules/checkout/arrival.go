package checkout

import (
	"time"
)

// workingDays after a day: Mondays to Fridays. Holidays differ from town to town and are not known here.
func workingDays(from time.Time, n int) time.Time {
	for n > 0 {
		from = from.AddDate(0, 0, 1)
		if d := from.Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return from
}

var (
	weekdays = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	months   = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
)

// arrival says when an order of now, which is in the store's zone, arrives, in t's language: "arrives Tue 2 – Thu 4 Dec". It is "" for a method that says no days.
func (m ShippingMethod) arrival(t func(key string, args ...any) string, now time.Time) string {
	if m.DaysMax == 0 {
		return ""
	}
	first, last := workingDays(now, m.DaysMin), workingDays(now, m.DaysMax)
	day := func(d time.Time, month bool) string {
		if !month {
			return t("%s %d", t(weekdays[d.Weekday()]), d.Day())
		}
		return t("%s %d %s", t(weekdays[d.Weekday()]), d.Day(), t(months[d.Month()-1]))
	}
	switch {
	case m.Pickup && m.DaysMin == m.DaysMax:
		return t("ready on %s", day(last, true))
	case m.Pickup:
		return t("ready %s – %s", day(first, first.Month() != last.Month()), day(last, true))
	case m.DaysMin == m.DaysMax:
		return t("arrives %s", day(last, true))
	}
	return t("arrives %s – %s", day(first, first.Month() != last.Month()), day(last, true))
}

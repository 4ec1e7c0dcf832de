package tax

import (
	"regexp"
	"slices"

	"wizamart/framework/money"
)

// Level is which of a country's rates a class of goods bears.
type Level string

// Levels. Countries that do not have a level bear the next higher one, so that never too little tax is charged.
const (
	LevelStandard      Level = "standard"
	LevelReduced       Level = "reduced"        // the higher of a country's reduced rates
	LevelSecondReduced Level = "second_reduced" // the lower one
	LevelSuperReduced  Level = "super_reduced"  // below 5 %, Article 98(2)
	LevelZero          Level = "zero"           // 0 % in the seller's country; elsewhere standard, where no rule says otherwise
	LevelExempt        Level = "exempt"         // Articles 132 and 135
)

// Levels in the order in which they are shown.
var Levels = []Level{LevelStandard, LevelReduced, LevelSecondReduced, LevelSuperReduced, LevelZero, LevelExempt}

// Label is a level's name, the English key of its translation.
func (l Level) Label() string {
	return map[Level]string{
		LevelStandard: "Standard rate", LevelReduced: "Reduced rate", LevelSecondReduced: "Second reduced rate", LevelSuperReduced: "Super-reduced rate",
		LevelZero: "Zero rate", LevelExempt: "Exempt",
	}[l]
}

// Voucher is the class of gift cards that pay for anything: multi-purpose vouchers, whose sale is not taxed; what they buy is (Articles 30a and 30b).
const Voucher = "voucher"

// Class is a kind of goods that a store has given a name: "Books" at the reduced rate.
type Class struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Level Level  `json:"level"`
}

// CodePattern is what a class's code looks like.
var CodePattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// level of a class: the store's own, or the built-in one of that name. What nobody knows is standard.
func (r Request) level(code string) Level {
	for _, c := range r.Classes {
		if c.Code == code {
			return c.Level
		}
	}
	if slices.Contains(Levels, Level(code)) {
		return Level(code)
	}
	return LevelStandard
}

// at gives the rate of a level.
func (s Rates) at(l Level) money.Rate {
	order := []money.Rate{s.Standard, s.Reduced, s.Second, s.Super}
	from := map[Level]int{LevelReduced: 1, LevelSecondReduced: 2, LevelSuperReduced: 3}[l]
	for i := from; i > 0; i-- {
		if order[i] > 0 {
			return order[i]
		}
	}
	return s.Standard
}

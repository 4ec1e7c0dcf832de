package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// Row is one line of the table.
type Row struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Ours    float64 `json:"ours"`
	Limit   float64 `json:"limit,omitempty"`
	LimitIs string  `json:"limit_is,omitempty"`
	// Ratio is how fast ours is, as a multiple of the limit's speed: 1 is as fast, 0.5 takes twice as long.
	Ratio float64 `json:"ratio,omitempty"`
	// CPU is the same by the CPU time that a piece of work costs this process: what others do on the machine hardly moves it.
	CPU     float64 `json:"cpu_ratio,omitempty"`
	Goal    string  `json:"goal,omitempty"`
	Reached *bool   `json:"reached,omitempty"`

	Allocs     float64 `json:"allocs,omitempty"`     // heap allocations a request
	Bytes      float64 `json:"bytes,omitempty"`      // heap bytes a request
	Statements float64 `json:"statements,omitempty"` // SQL statements a request
	Note       string  `json:"note,omitempty"`
}

// reached sets the goal and whether it is.
func (r *Row) reached(goal string, yes bool) *Row {
	r.Goal, r.Reached = goal, &yes
	return r
}

func (b *bench) add(r *Row) *Row {
	b.rows = append(b.rows, r)
	return r
}

func (b *bench) print(w io.Writer, asJSON bool, how string) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"how": how, "rows": b.rows})
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "row\tunit\tours\tlimit\tratio\tby CPU\tgoal\treached\tallocs\tbytes\tSQL\tlimit is; notes")
	for _, r := range b.rows {
		reached, ratio, cpu := "", "", ""
		if r.Reached != nil {
			reached = map[bool]string{true: "yes", false: "NO"}[*r.Reached]
		}
		if r.Ratio > 0 {
			ratio = figure(r.Ratio) + "×"
		}
		if r.CPU > 0 {
			cpu = figure(r.CPU) + "×"
		}
		about := r.LimitIs
		if r.Note != "" {
			if about != "" {
				about += "; "
			}
			about += r.Note
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.Unit, figure(r.Ours), figure(r.Limit), ratio, cpu, r.Goal, reached,
			figure(r.Allocs), figure(r.Bytes), figure(r.Statements), about)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", how)
	return err
}

// figure shows three digits that count; nothing for zero.
func figure(v float64) string {
	switch {
	case v == 0:
		return ""
	case math.Abs(v) >= 100:
		return fmt.Sprintf("%.0f", v)
	case math.Abs(v) >= 10:
		return fmt.Sprintf("%.1f", v)
	case math.Abs(v) >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.4f", v)
}

package job

import (
	"context"
	"errors"
	"testing"

	"wizamart/framework/database"
)

// The last step of a job is committed with its end; one that fails is undone, and is an attempt like any other that failed.
func TestLastStep(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	b.start(map[string]Func{"a.last": func(ctx context.Context, run *Run) error {
		run.AtEnd(func(tx *database.DB) error {
			if _, err := tx.ExecContext(ctx, "INSERT INTO test_row (n) VALUES (?)", run.Job.Attempts); err != nil {
				return err
			}
			if run.Job.Attempts == 1 {
				return errors.New("not yet")
			}
			return nil
		})
		return nil
	}})
	id := b.enqueue(st.DB, New{Kind: "a.last"})
	b.visit(st)
	if j := b.until(st.DB, id, "put off", func(j Job) bool { return j.Error != "" }); j.State != Queued || j.Error != "not yet" {
		t.Errorf("%+v", j)
	}
	b.pass(10 * b.r.Backoff(1))
	b.visit(st)
	b.ends(st.DB, id, Succeeded)
	var rows []int
	if err := st.NewQuery("SELECT n FROM test_row").Column(&rows); err != nil || len(rows) != 1 || rows[0] != 2 {
		t.Errorf("the rows are %v: %v", rows, err)
	}
}

// A job that frees its key as it begins does not keep the next one from being enqueued, which waits for it to end.
func TestFreedKey(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	began, goOn := make(chan struct{}), make(chan struct{})
	b.start(nil)
	b.r.kinds["a.feed"] = Kind{Name: "a.feed", FreesKey: true, Run: func(context.Context, *Run) error {
		began <- struct{}{}
		<-goOn
		return nil
	}}
	first := b.enqueue(st.DB, New{Kind: "a.feed", Key: "daily"})
	b.visit(st)
	<-began
	second := b.enqueue(st.DB, New{Kind: "a.feed", Key: "daily"})
	if second == first {
		t.Error("what came after the job had begun is lost")
	}
	if third := b.enqueue(st.DB, New{Kind: "a.feed", Key: "daily"}); third != second {
		t.Error("two jobs wait with one key")
	}
	goOn <- struct{}{}
	<-began
	goOn <- struct{}{}
	b.ends(st.DB, first, Succeeded)
	b.ends(st.DB, second, Succeeded)
}

package job

import (
	"context"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const columns = `id, kind, payload, state, actor, run_at, attempts, max_attempts, interrupted, done, total, message, checkpoint,
	result, error, created_at, started_at, heartbeat_at, cancel_at, finished_at`

// Get finds a job, or is problem.NotFound.
func Get(ctx context.Context, db *database.DB, id string) (Job, error) {
	var j Job
	err := db.NewQuery("SELECT " + columns + " FROM job WHERE id = {:id}").Bind(dbx.Params{"id": id}).WithContext(ctx).One(&j)
	if database.NotFound(err) {
		return j, problem.New(problem.NotFound, "This job does not exist.")
	}
	if err != nil {
		return j, fmt.Errorf("read a job: %w", err)
	}
	return j, nil
}

// Filter chooses jobs; its zero value is all of them.
type Filter struct {
	Kind       string
	Unfinished bool
	Before     string // the id of the last job of the page before
	Limit      int    // 50 when 0
}

// List is a file's jobs, newest first.
func List(ctx context.Context, db *database.DB, f Filter) ([]Job, error) {
	where, params := []string{"1"}, dbx.Params{"limit": f.Limit}
	if f.Limit <= 0 {
		params["limit"] = 50
	}
	if f.Kind != "" {
		where, params["kind"] = append(where, "kind = {:kind}"), f.Kind
	}
	if f.Unfinished {
		where = append(where, "state IN ('queued', 'running')")
	}
	if f.Before != "" {
		where, params["before"] = append(where, "id < {:before}"), f.Before
	}
	var out []Job
	err := db.NewQuery("SELECT " + columns + " FROM job WHERE " + strings.Join(where, " AND ") + " ORDER BY id DESC LIMIT {:limit}").
		Bind(params).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return out, nil
}

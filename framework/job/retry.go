package job

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Retry queues a job again that failed or was cancelled, with all its attempts, in a transaction. It goes on from its last checkpoint.
// Errors: NotFound; Conflict for a job in another state, or whose key an unfinished job has by now.
func Retry(ctx context.Context, tx *database.DB, id string) (Job, error) {
	if err := tx.Signal(); err != nil {
		return Job{}, err
	}
	j, err := Get(ctx, tx, id)
	if err != nil {
		return j, err
	}
	if j.State != Failed && j.State != Cancelled {
		return j, problem.New(problem.Conflict, "This job is %s: only one that failed or was cancelled can be tried again.", j.State)
	}
	taken, err := exists(ctx, tx, `SELECT 1 FROM job o JOIN job j ON j.id = ? WHERE o.kind = j.kind AND o.dedupe_key = j.dedupe_key AND o.state IN ('queued', 'running') LIMIT 1`, id)
	if err != nil {
		return j, fmt.Errorf("look for a job that does the same: %w", err)
	}
	if taken {
		return j, problem.New(problem.Conflict, "Another job does the same already.")
	}
	now := database.Now()
	_, err = tx.Exec(`UPDATE job SET state = 'queued', attempts = 0, interrupted = 0, run_at = {:now}, cancel_at = NULL, finished_at = NULL, error = '', message = ''
		WHERE id = {:id}`, dbx.Params{"now": now, "id": id})
	if err != nil {
		return j, fmt.Errorf("queue a job again: %w", err)
	}
	return Get(ctx, tx, id)
}

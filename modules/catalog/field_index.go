package catalog

import (
	"context"

	"wizamart/framework/job"
	"wizamart/tenant"
)

// indexType is the job that writes the search's rows of a type's products anew, after something about its fields changed.
const indexType = "catalog.index-type"

// indexChunk is how many products it writes in one transaction.
const indexChunk = 50

type indexOrder struct {
	Type  string `json:"type"`
	After int64  `json:"after"`
}

// reindexLater has a job do it, once this transaction is committed.
func (s *Service) reindexLater(ctx context.Context, tx *tenant.Store, typeName string) error {
	_, err := job.Enqueue(tx.DB, job.New{Kind: indexType, Payload: indexOrder{Type: typeName}, Actor: actorName(ctx), MaxAttempts: 3})
	return wrap("have the search written anew", err)
}

func (s *Service) runIndexType(ctx context.Context, run *job.Run) error {
	var order indexOrder
	if err := run.Decode(&order); err != nil {
		return err
	}
	if _, err := run.Resume(&order); err != nil {
		return err
	}
	names, _, err := typeNames(ctx, run.Store, typeKey(order.Type))
	if err != nil {
		return err
	}
	for more := true; more; {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		err := run.Store.Write(ctx, func(tx *tenant.Store) error {
			list, err := products(ctx, tx, "WHERE p.seq > ? AND p.product_type IN (SELECT value FROM json_each(?)) AND p.deleted_at IS NULL ORDER BY p.seq LIMIT ?", order.After, idList(names), indexChunk)
			if err != nil {
				return err
			}
			more = len(list) == indexChunk
			types, err := s.typeSetOf(ctx, tx)
			if err != nil {
				return err
			}
			for i := range list {
				if err := s.reindex(ctx, tx, types, &list[i]); err != nil {
					return err
				}
			}
			if len(list) == 0 {
				return nil
			}
			next := indexOrder{order.Type, list[len(list)-1].Seq}
			if err := run.Checkpoint(ctx, tx.DB, &next); err != nil {
				return err
			}
			order = next
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reindex writes a product's row anew, and fills fields that it says nothing in from the columns that an import kept with it.
func (s *Service) reindex(ctx context.Context, tx *tenant.Store, types *typeSet, p *Product) error {
	filled := p.clone()
	if err := types.adopt(filled); err != nil {
		return err
	}
	changed, err := s.Save(ctx, tx, p, filled)
	if err != nil || changed {
		return err
	}
	return index(ctx, tx, p)
}

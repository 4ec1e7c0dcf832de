package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// downloads reads downloads with their files. where is on d.
func downloads(ctx context.Context, st *tenant.Store, where string, args ...any) ([]Download, error) {
	var out []Download
	err := st.Each(ctx, func(row database.Row) error {
		var d Download
		var f DownloadFile
		err := row.Scan(&d.ID, &d.OrderID, &d.LineID, &d.Token, &d.Allowed, &d.ExpiresAt, &d.RevokedAt, &d.CreatedAt, &f.Position, &f.Hash, &f.Name, &f.Bytes, &f.Taken, &f.TakenAt, &f.Rest)
		if n := len(out); n == 0 || out[n-1].ID != d.ID {
			out = append(out, d)
		}
		last := &out[len(out)-1]
		last.Files = append(last.Files, f)
		return err
	}, `SELECT d.id, d.order_id, d.line_id, d.token, d.allowed, d.expires_at, d.revoked_at, d.created_at, f.position, f.hash, f.name, f.bytes, f.taken, f.taken_at, f.rest
		FROM orders_download d JOIN orders_download_file f ON f.download_id = d.id WHERE `+where+" ORDER BY d.id, f.position", args...)
	if err != nil {
		return nil, fmt.Errorf("read downloads: %w", err)
	}
	return out, nil
}

// Downloads are those of an order, in the order of its lines.
func (s *Service) Downloads(ctx context.Context, st *tenant.Store, orderID string) ([]Download, error) {
	return downloads(ctx, st, "d.order_id = ?", orderID)
}

// insertDownload writes a download and its files.
func insertDownload(ctx context.Context, tx *tenant.Store, d *Download) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO orders_download (id, order_id, line_id, token, allowed, expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		d.ID, d.OrderID, d.LineID, d.Token, d.Allowed, d.ExpiresAt, d.CreatedAt)
	if err != nil {
		return fmt.Errorf("insert a download: %w", err)
	}
	return insertDownloadFiles(ctx, tx, d)
}

func insertDownloadFiles(ctx context.Context, tx *tenant.Store, d *Download) error {
	for i := range d.Files {
		f := &d.Files[i]
		f.Position = i + 1
		_, err := tx.ExecContext(ctx, "INSERT INTO orders_download_file (download_id, position, hash, name, bytes) VALUES (?, ?, ?, ?, ?)", d.ID, f.Position, f.Hash, f.Name, f.Bytes)
		if err != nil {
			return fmt.Errorf("insert a file of a download: %w", err)
		}
	}
	return nil
}

// renewDownload gives a download another secret, another time, and its files anew, none of them taken.
func renewDownload(ctx context.Context, tx *tenant.Store, d *Download) error {
	_, err := tx.ExecContext(ctx, "UPDATE orders_download SET token = ?, allowed = ?, expires_at = ?, revoked_at = NULL WHERE id = ?", d.Token, d.Allowed, d.ExpiresAt, d.ID)
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM orders_download_file WHERE download_id = ?", d.ID)
	}
	if err != nil {
		return fmt.Errorf("renew a download: %w", err)
	}
	return insertDownloadFiles(ctx, tx, d)
}

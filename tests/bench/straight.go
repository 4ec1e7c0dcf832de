package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
)

// straight is one connection of modernc's driver through database/sql with prepared statements, and nothing of ours around it. Its settings
// are those of framework/database.
type straight struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	row   []any
	into  []any
}

func openStraight(ctx context.Context, path string) (*straight, error) {
	v := url.Values{"mode": {"rwc"}}
	for _, p := range []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "trusted_schema(0)"} {
		v.Add("_pragma", p)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+v.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &straight{db: db, conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (s *straight) close() error {
	for _, stmt := range s.stmts {
		stmt.Close()
	}
	return errors.Join(s.conn.Close(), s.db.Close())
}

func (s *straight) stmt(query string) (*sql.Stmt, error) {
	if stmt := s.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, query)
	}
	s.stmts[query] = stmt
	return stmt, nil
}

func (s *straight) exec(query string, args ...any) error {
	stmt, err := s.stmt(query)
	if err != nil {
		return err
	}
	_, err = stmt.Exec(args...)
	return err
}

// query runs a read and takes every column of every row.
func (s *straight) query(query string, args ...any) (rows int, err error) {
	stmt, err := s.stmt(query)
	if err != nil {
		return 0, err
	}
	r, err := stmt.Query(args...)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	columns, err := r.Columns()
	if err != nil {
		return 0, err
	}
	for len(s.row) < len(columns) {
		s.row = append(s.row, nil)
	}
	s.into = s.into[:0]
	for i := range columns {
		s.into = append(s.into, &s.row[i])
	}
	for r.Next() {
		if err := r.Scan(s.into...); err != nil {
			return rows, err
		}
		rows++
	}
	return rows, r.Err()
}

// transaction runs fn between BEGIN and COMMIT.
func (s *straight) transaction(begin string, fn func() error) error {
	if err := s.exec(begin); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return errors.Join(err, s.exec("ROLLBACK"))
	}
	return s.exec("COMMIT")
}

// replay runs statements again: reads to their last row, writes for what they change.
func (s *straight) replay(calls []call) error {
	for _, c := range calls {
		if _, err := s.query(c.query, c.args...); err != nil {
			return fmt.Errorf("%w: %s", err, c.query)
		}
	}
	return nil
}

// copyOf copies a database file as it is now, through a connection of its own.
func copyOf(ctx context.Context, from, to string) error {
	s, err := openStraight(ctx, from)
	if err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, s.close())
}

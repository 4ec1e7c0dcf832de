package auth

import (
	"context"
	"fmt"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const userColumns = "id, email, name, is_admin, must_change_password, disabled_at, created_at, last_sign_in_at"

func (u *User) dest() []any {
	return []any{&u.ID, &u.Email, &u.Name, &u.Admin, &u.MustChangePassword, &u.DisabledAt, &u.CreatedAt, &u.LastSignInAt}
}

// UserByID finds a user; NotFound otherwise. db is the platform's file.
func (s *Service) UserByID(ctx context.Context, db *database.DB, id string) (User, error) {
	var u User
	err := queryOne(ctx, db, into(u.dest()...), "SELECT "+userColumns+" FROM auth_user WHERE id = ?", id)
	return u, userError(err)
}

// UserByEmail finds a user by address, in any case; NotFound otherwise.
func (s *Service) UserByEmail(ctx context.Context, db *database.DB, email string) (User, error) {
	clean, ok := CleanEmail(email)
	if !ok {
		return User{}, errNoUser()
	}
	var u User
	err := queryOne(ctx, db, into(u.dest()...), "SELECT "+userColumns+" FROM auth_user WHERE email = ?", clean)
	return u, userError(err)
}

func (s *Service) userAndHash(ctx context.Context, db *database.DB, cleanEmail string) (User, string, error) {
	var u User
	var hash string
	err := queryOne(ctx, db, into(append(u.dest(), &hash)...), "SELECT "+userColumns+", password_hash FROM auth_user WHERE email = ?", cleanEmail)
	return u, hash, err
}

func userError(err error) error {
	switch {
	case database.NotFound(err):
		return errNoUser()
	case err != nil:
		return fmt.Errorf("find a user: %w", err)
	}
	return nil
}

func errNoUser() error { return problem.New(problem.NotFound, "There is no such user.") }

// UserFilter says which users to list.
type UserFilter struct {
	Search  string // part of the name or the address; "" is all
	Page    int    // from 1
	PerPage int    // 1 to 200; 0 is 50
}

// ListUsers returns a page of users by address, and how many match in all.
func (s *Service) ListUsers(ctx context.Context, db *database.DB, f UserFilter) ([]User, int, error) {
	if f.PerPage <= 0 {
		f.PerPage = 50
	}
	f.PerPage, f.Page = min(f.PerPage, 200), max(f.Page, 1)
	escape := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)
	like := "%" + escape.Replace(strings.TrimSpace(f.Search)) + "%"
	const where = ` FROM auth_user WHERE email LIKE ?1 ESCAPE '\' OR name LIKE ?1 ESCAPE '\'`
	var users []User
	var total int
	err := db.View(ctx, func(view *database.DB) error {
		if err := queryOne(ctx, view, into(&total), "SELECT count(*)"+where, like); err != nil {
			return err
		}
		return queryAll(ctx, view, func(r scanner) error {
			var u User
			err := r.Scan(u.dest()...)
			users = append(users, u)
			return err
		}, "SELECT "+userColumns+where+" ORDER BY email LIMIT ?2 OFFSET ?3", like, f.PerPage, (f.Page-1)*f.PerPage)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list users: %w", err)
	}
	return users, total, nil
}

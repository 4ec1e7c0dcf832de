package platforms

import (
	"context"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Platform finds one by its id, or the installation's own for "". problem.NotFound for none.
func (s *Service) Platform(id string) (*tenant.PlatformInfo, error) {
	p := s.app.Platform.PlatformByID(id)
	if p == nil {
		return nil, problem.New(problem.NotFound, "This platform does not exist.")
	}
	return p, nil
}

// CreatePlatform adds a platform with a base domain of its own. All modules are on.
func (s *Service) CreatePlatform(ctx context.Context, in tenant.PlatformChange) (*tenant.PlatformInfo, error) {
	return s.app.Platform.CreatePlatform(ctx, in, func(tx *database.DB, id string) error {
		return record(ctx, tx, audit.Entry{Action: "platforms.platform.created", SubjectKind: "platform", SubjectID: id, SubjectName: in.Name}, nil, in)
	})
}

// UpdatePlatform renames a platform, and changes its base domain unless it is the installation's own.
func (s *Service) UpdatePlatform(ctx context.Context, id string, in tenant.PlatformChange) error {
	p, err := s.Platform(id)
	if err != nil {
		return err
	}
	before := tenant.PlatformChange{Name: p.Name, BaseDomain: p.BaseDomain}
	if p.Default {
		in.BaseDomain = p.BaseDomain
	}
	return s.app.Platform.UpdatePlatform(ctx, p.ID, in, func(tx *database.DB) error {
		return record(ctx, tx, audit.Entry{Action: "platforms.platform.updated", SubjectKind: "platform", SubjectID: p.ID, SubjectName: in.Name}, before, in)
	})
}

// record writes an entry with the keys that differ.
func record(ctx context.Context, tx *database.DB, e audit.Entry, before, after any) error {
	var err error
	if e.Before, e.After, err = audit.Diff(before, after); err != nil {
		return err
	}
	return audit.Record(ctx, tx, e)
}

package domains

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const claimColumns = `id, store_id, merchant_id, host, token, created_at, verified_at, checked_at, next_check_at, attempts, trouble, lost_since, routed, addresses`

// claimsOf lists a store's claims, by name: the domain before its www.
func claimsOf(ctx context.Context, db *database.DB, storeID string) ([]Claim, error) {
	var out []Claim
	err := db.NewQuery("SELECT " + claimColumns + " FROM domains_claim WHERE store_id = {:s} ORDER BY iif(host LIKE 'www.%', substr(host, 5), host), length(host)").
		Bind(dbx.Params{"s": storeID}).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("list the domains: %w", err)
	}
	return out, nil
}

// claimOf finds one of a store's claims.
func claimOf(ctx context.Context, db *database.DB, storeID, id string) (Claim, error) {
	var c Claim
	err := db.NewQuery("SELECT " + claimColumns + " FROM domains_claim WHERE store_id = {:s} AND id = {:id}").
		Bind(dbx.Params{"s": storeID, "id": id}).WithContext(ctx).One(&c)
	if database.NotFound(err) {
		return c, problem.New(problem.NotFound, "This store has no such domain.")
	}
	return c, err
}

// claimsFor lists all stores' claims to a name.
func claimsFor(db *database.DB, host string) ([]Claim, error) {
	var out []Claim
	err := db.NewQuery("SELECT " + claimColumns + " FROM domains_claim WHERE host = {:h} ORDER BY created_at").Bind(dbx.Params{"h": host}).All(&out)
	return out, err
}

// dueClaims are those to be looked at, the longest overdue first.
func dueClaims(ctx context.Context, db *database.DB, now database.Time, limit int) ([]Claim, error) {
	var out []Claim
	err := db.NewQuery("SELECT " + claimColumns + " FROM domains_claim WHERE next_check_at <= {:now} ORDER BY next_check_at LIMIT {:n}").
		Bind(dbx.Params{"now": now, "n": limit}).WithContext(ctx).All(&out)
	return out, err
}

// listRow is a claim with the store that makes it.
type listRow struct {
	Claim
	StoreCode, StoreName string
}

func searchClaims(ctx context.Context, db *database.DB, q string, limit, offset int) (rows []listRow, total int, err error) {
	where := ` FROM domains_claim c JOIN tenant_store s ON s.id = c.store_id WHERE s.state <> 'deleted'
		AND ({:q} = '' OR instr(c.host, lower({:q})) > 0 OR instr(lower(s.name || ' ' || s.code), lower({:q})) > 0)`
	params := dbx.Params{"q": q, "n": limit, "o": offset}
	if err := db.NewQuery("SELECT count(*)" + where).Bind(params).WithContext(ctx).Row(&total); err != nil {
		return nil, 0, err
	}
	err = db.NewQuery("SELECT c.*, s.code AS store_code, s.name AS store_name" + where + " ORDER BY c.host, c.verified_at IS NULL LIMIT {:n} OFFSET {:o}").
		Bind(params).WithContext(ctx).All(&rows)
	return rows, total, err
}

// merchantToken is the value that a merchant already has for a name, or "": the record that proves one store's claim proves another's.
func merchantToken(db *database.DB, merchantID, zoneName string) (string, error) {
	var token string
	err := db.NewQuery("SELECT token FROM domains_claim WHERE merchant_id = {:m} AND host IN ({:z}, 'www.' || {:z}) LIMIT 1").
		Bind(dbx.Params{"m": merchantID, "z": zoneName}).Row(&token)
	if database.NotFound(err) {
		return "", nil
	}
	return token, err
}

func insertClaim(tx *database.DB, c Claim) error {
	_, err := tx.Insert("domains_claim", dbx.Params{
		"id": c.ID, "store_id": c.StoreID, "merchant_id": c.MerchantID, "host": c.Host, "token": c.Token,
		"created_at": c.CreatedAt, "next_check_at": c.NextCheckAt,
	}).Execute()
	return err
}

func updateClaim(tx *database.DB, c Claim) error {
	_, err := tx.Exec(`UPDATE domains_claim SET verified_at = {:v}, checked_at = {:c}, next_check_at = {:n}, attempts = {:a}, trouble = {:t},
		lost_since = {:l}, routed = {:r}, addresses = {:ad} WHERE id = {:id}`,
		dbx.Params{"id": c.ID, "v": c.VerifiedAt, "c": c.CheckedAt, "n": c.NextCheckAt, "a": c.Attempts, "t": c.Trouble, "l": c.LostSince, "r": c.Routed, "ad": c.Addresses})
	return err
}

package auth

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"wizamart/framework/problem"
)

const (
	issuer     = "wizamart"
	accessLife = 15 * time.Minute
)

// Staff is the audience of everybody who works on the platform's own host: operators, owners, teams.
const Staff = "staff"

// CustomerAudience is the audience of one store's customers. A token of one store is worth nothing in another.
func CustomerAudience(storeID string) string { return "store:" + storeID }

// Claims is what an access token proves.
type Claims struct {
	Subject  string // a user's or a customer's id
	Audience string
	Session  string
	Issued   time.Time
	Expires  time.Time
}

// Causes of a refusal, for the log and for tests. The person only reads that signing in is needed.
var (
	ErrRevoked = errors.New("session is revoked")
	ErrReused  = errors.New("refresh token was used before")
	ErrExpired = errors.New("session has expired")
	ErrUnknown = errors.New("token is not known")
)

func refused(cause error) *problem.Error {
	return &problem.Error{Code: problem.Unauthorized, Message: "Please sign in again.", Cause: cause}
}

type accessClaims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
	Epoch   string `json:"epoch"`
}

// sign makes an access token. The moment and the epoch are those from before the session was looked
// at, so that a revocation in between is not lost.
func (s *Service) sign(subject, audience, session string, m moment) (string, Claims, error) {
	k := s.keys.Load().current
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Subject: subject, Audience: jwt.ClaimStrings{audience},
			IssuedAt: jwt.NewNumericDate(m.now.Time), ExpiresAt: jwt.NewNumericDate(m.now.Add(accessLife)),
		},
		Session: session, Epoch: m.epoch,
	})
	t.Header["kid"] = k.id
	text, err := t.SignedString(k.access)
	if err != nil {
		return "", Claims{}, fmt.Errorf("sign an access token: %w", err)
	}
	c := t.Claims.(accessClaims)
	return text, c.public(audience), nil
}

func (c accessClaims) public(audience string) Claims {
	return Claims{
		Subject: c.Subject, Audience: audience, Session: c.Session,
		Issued: c.IssuedAt.UTC(), Expires: c.ExpiresAt.UTC(),
	}
}

// Verify checks an access token (a JWT, RFC 7519) for one audience. It does no I/O. Every refusal has the
// code Unauthorized and says the same.
func (s *Service) Verify(accessToken, audience string) (Claims, error) {
	if audience == "" || len(accessToken) > maxSigned {
		return Claims{}, refused(ErrUnknown)
	}
	var c accessClaims
	_, err := jwt.ParseWithClaims(accessToken, &c, s.accessKey,
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithStrictDecoding(), jwt.WithTimeFunc(s.clock))
	if err != nil {
		return Claims{}, refused(err)
	}
	if c.Subject == "" || c.Session == "" || c.IssuedAt == nil {
		return Claims{}, refused(ErrUnknown)
	}
	if s.revoked.has(c.Session, c.Epoch) {
		return Claims{}, refused(ErrRevoked)
	}
	return c.public(audience), nil
}

func (s *Service) accessKey(t *jwt.Token) (any, error) {
	id, _ := t.Header["kid"].(string)
	k, ok := s.keys.Load().byID[id]
	if !ok {
		return nil, ErrUnknown
	}
	return k.access, nil
}

package money

import (
	"errors"
	"reflect"
	"testing"
	"testing/quick"
)

func TestAllocate(t *testing.T) {
	tests := []struct {
		minor   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{5, []int64{3, 7}, []int64{2, 3}}, // 1.5 and 3.5: equal remainders, the first gets it
		{10, []int64{0, 1, 0}, []int64{0, 10, 0}},
		{0, []int64{1, 2}, []int64{0, 0}},
		{1, []int64{0, 1, 1}, []int64{0, 1, 0}},
		{9223372036854775807, []int64{9223372036854775807, 9223372036854775807}, []int64{4611686018427387904, 4611686018427387903}},
	}
	for _, tt := range tests {
		shares, err := New(tt.minor, "EUR").Allocate(tt.weights)
		got := make([]int64, len(shares))
		for i, s := range shares {
			got[i] = s.Minor
		}
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%d over %v = %v, %v; want %v", tt.minor, tt.weights, got, err, tt.want)
		}
	}
	for _, weights := range [][]int64{nil, {}, {0, 0}, {1, -1}} {
		if _, err := New(1, "EUR").Allocate(weights); !errors.Is(err, ErrWeights) {
			t.Errorf("weights %v: %v, want ErrWeights", weights, err)
		}
	}
	if _, err := New(1, "EUR").Split(0); !errors.Is(err, ErrWeights) {
		t.Errorf("Split(0): %v", err)
	}
}

// The shares always add up, never take another sign, and are within one minor unit of the proportion.
func TestAllocateProperties(t *testing.T) {
	err := quick.Check(func(minor int64, raw []uint32) bool {
		weights, total := make([]int64, 0, len(raw)), 0.0
		for _, w := range raw {
			weights = append(weights, int64(w))
			total += float64(w)
		}
		minor %= 1 << 40
		shares, err := New(minor, "EUR").Allocate(weights)
		if total == 0 {
			return errors.Is(err, ErrWeights)
		}
		sum, sumErr := Sum(shares...)
		for i, s := range shares {
			exact := float64(minor) * float64(weights[i]) / total
			if diff := float64(s.Minor) - exact; diff > 1.01 || diff < -1.01 || (minor > 0 && s.Minor < 0) || (minor < 0 && s.Minor > 0) {
				return false
			}
		}
		return err == nil && sumErr == nil && sum.Minor == minor
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

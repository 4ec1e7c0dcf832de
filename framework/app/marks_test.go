package app

import (
	"fmt"
	"testing"

	"wizamart/tenant"
)

func TestMarksForgetTheOldest(t *testing.T) {
	var m marks
	if m.get("") != 0 {
		t.Error("no id has a commit")
	}
	for i := range keptMarks + 2 {
		m.put(fmt.Sprint(i), tenant.Mark(i+1))
		m.put("kept", 9)
	}
	m.put("1", 7) // forgotten, and written again
	if m.get("0") != 0 || m.get("1") != 7 || m.get("5000000") != 0 || m.get(fmt.Sprint(keptMarks)) != keptMarks+1 || len(m.by) > keptMarks {
		t.Errorf("%d are kept: %d %d %d", len(m.by), m.get("0"), m.get("1"), m.get(fmt.Sprint(keptMarks)))
	}
}

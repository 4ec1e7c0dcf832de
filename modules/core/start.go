package core

import "wizamart/framework/web"

// Step is something to do before a new store can sell, or sells well.
type Step struct {
	Icon, Title, Text, URL string
	Done                   bool
}

// start is the list of what a new store still needs. It is empty when the first order has come in, and when all is done.
func (s *Service) start(c *web.Context, orders int) ([]Step, int, error) {
	if orders > 0 {
		return nil, 0, nil
	}
	var steps []Step
	done := 0
	for _, of := range s.deps.Steps {
		step, err := of(c)
		if err != nil {
			return nil, 0, err
		}
		if step == nil {
			continue
		}
		if steps = append(steps, *step); step.Done {
			done++
		}
	}
	if done == len(steps) {
		return nil, 0, nil
	}
	return steps, done, nil
}

package main

import (
	"context"
	"errors"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"syscall"
	"time"
)

// side is one of the two things compared: it works for about d and tells how much it did a second.
type side func(d time.Duration) (perSecond float64, err error)

// duel measures both sides in turns, so that what else the machine does falls on both, and gives the medians. The ratio is the
// median of the rounds' own.
func (b *bench) duel(name string, ours, limit side) (*Row, error) {
	for _, s := range []side{ours, limit} { // connections, statements, caches
		if _, err := s(b.part / 5); err != nil {
			return nil, err
		}
	}
	return b.cold(name, rounds, ours, limit)
}

// cold is duel without warming up.
func (b *bench) cold(name string, rounds int, ours, limit side) (*Row, error) {
	var o, l, ratio, cpu []float64
	for i := range rounds {
		if err := b.ctx.Err(); err != nil {
			return nil, err
		}
		var spent [2]float64
		turns := []func() error{
			func() error { return labelled("ours", func() error { return take(&o, &spent[0], ours, b.part) }) },
			func() error { return labelled("limit", func() error { return take(&l, &spent[1], limit, b.part) }) },
		}
		if i%2 == 1 {
			slices.Reverse(turns)
		}
		for _, turn := range turns {
			runtime.GC()
			if err := turn(); err != nil {
				return nil, err
			}
		}
		ratio, cpu = append(ratio, o[i]/l[i]), append(cpu, spent[1]/spent[0])
		b.say("%s, round %d: %s against %s a second", name, i+1, figure(o[i]), figure(l[i]))
	}
	return b.add(&Row{Name: name, Ours: median(o), Limit: median(l), Ratio: median(ratio), CPU: median(cpu)}), nil
}

// labelled gives do's work the label side=NAME in profiles: go tool pprof -tagfocus side=ours.
func labelled(name string, do func() error) (err error) {
	pprof.Do(context.Background(), pprof.Labels("side", name), func(context.Context) { err = do() })
	return err
}

// take measures one side once: how much it does a second, and the CPU seconds that a piece of it costs this process.
func take(to *[]float64, cost *float64, s side, d time.Duration) error {
	started, before := time.Now(), cpuTime()
	v, err := s(d)
	*cost = (cpuTime() - before).Seconds() / (v * time.Since(started).Seconds())
	*to = append(*to, v)
	return err
}

// cpuTime is the CPU time that this process has used.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// loop makes a side of something that n goroutines do again and again. do is told which goroutine it runs in.
func loop(n int, do func(worker int) error) side {
	return func(d time.Duration) (float64, error) {
		counts, errs := make([]int, n), make([]error, n)
		started := time.Now()
		var wg sync.WaitGroup
		for w := range n {
			wg.Go(func() {
				for errs[w] == nil && time.Since(started) < d {
					errs[w] = do(w)
					counts[w]++
				}
			})
		}
		wg.Wait()
		total := 0
		for _, c := range counts {
			total += c
		}
		return float64(total) / time.Since(started).Seconds(), errors.Join(errs...)
	}
}

func median(v []float64) float64 { return quantile(v, 0.5) }

func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return v[min(int(q*float64(len(v))), len(v)-1)]
}

// heap counts what one call of do allocates, over n calls.
func heap(n int, do func() error) (allocs, bytes float64, err error) {
	if err := do(); err != nil {
		return 0, 0, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		if err := do(); err != nil {
			return 0, 0, err
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(n), float64(after.TotalAlloc-before.TotalAlloc) / float64(n), nil
}

// peakHeap runs do and gives the highest heap in use that was seen, in bytes, above what was in use before.
func peakHeap(do func() error) (float64, error) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapInuse, m.HeapInuse
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse)
			}
		}
	}()
	err := do()
	cancel()
	<-done
	return float64(peak - before), err
}

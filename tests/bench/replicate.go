package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/replicate"
	"wizamart/modules/checkout"
)

const (
	replicaClients = 32
	replicaOrders  = 320 // a round
	replicaGrouped = 6   // times the serial speed
	replicaPuts    = 0.1 // an order
	replicaAdded   = 5   // ms
)

// replicas measures orders that are answered when they are at the replica: the last step of a checkout and the wait for S3, on one store.
func (b *bench) replicas() error {
	if !b.wants("replica/grouped") && !b.wants("replica/puts an order") && !b.wants("replica/added p50") && !b.wants("replica/50 ms away") {
		return nil
	}
	k, err := b.bucket()
	if err != nil {
		return err
	}
	defer k.close()
	near, err := b.replicaTill(k.counted, "near", 32+60+replicaOrders)
	if err != nil {
		return err
	}
	defer near.d.close() //nolint:errcheck // a temporary directory
	if _, _, err := near.secured(b, 4, 32, true); err != nil {
		return err
	}
	serial, _, err := near.secured(b, 1, 60, true)
	if err != nil {
		return err
	}
	puts, uploads := k.puts.Load(), near.status().Syncs
	grouped, times, err := near.secured(b, replicaClients, replicaOrders, true)
	if err != nil {
		return err
	}
	each, uploads := float64(k.puts.Load()-puts)/replicaOrders, near.status().Syncs-uploads
	row := &Row{Name: fmt.Sprintf("replica/grouped, %d clients on one store", replicaClients), Unit: "orders/s", Ours: grouped, Limit: serial, LimitIs: "one upload for each order", Ratio: grouped / serial}
	row.Note = fmt.Sprintf("p50 %s ms, p99 %s ms until an order is at S3", figure(median(times)), figure(quantile(times, 0.99)))
	b.add(row).reached(fmt.Sprintf("≥ %d×", replicaGrouped), row.Ratio >= replicaGrouped)
	b.add(&Row{Name: "replica/puts an order", Unit: "PUTs", Ours: each, Note: fmt.Sprintf("%s orders an upload; the platform's uploads are among them", figure(replicaOrders/float64(uploads)))}).reached(fmt.Sprintf("≤ %.1f", replicaPuts), each <= replicaPuts)
	if err := b.addedByReplica(k); err != nil {
		return err
	}

	addr, err := k.far(50 * time.Millisecond)
	if err != nil {
		return err
	}
	far, err := b.replicaTill(addr, "far", 32+replicaOrders)
	if err != nil {
		return err
	}
	defer far.d.close() //nolint:errcheck // a temporary directory
	if _, _, err := far.secured(b, 4, 32, true); err != nil {
		return err
	}
	speed, times, err := far.secured(b, replicaClients, replicaOrders, true)
	if err != nil {
		return err
	}
	p99 := quantile(times, 0.99)
	b.add(&Row{Name: fmt.Sprintf("replica/50 ms away, %d clients", replicaClients), Unit: "orders/s", Ours: speed, Note: fmt.Sprintf("p50 %s ms, p99 %s ms", figure(median(times)), figure(p99))}).
		reached("p99 ≤ 500 ms", p99 <= 500)
	return nil
}

// addedByReplica measures what one client waits longer for when an order has to be at S3, without the proxy that counts between.
func (b *bench) addedByReplica(k *bucket) error {
	t, err := b.replicaTill(k.direct, "straight", 32+60+60)
	if err != nil {
		return err
	}
	defer t.d.close() //nolint:errcheck // a temporary directory
	if _, _, err := t.secured(b, 4, 32, true); err != nil {
		return err
	}
	_, local, err := t.secured(b, 1, 60, false)
	if err != nil {
		return err
	}
	before := t.status()
	_, alone, err := t.secured(b, 1, 60, true)
	if err != nil {
		return err
	}
	after := t.status()
	mean := func(total time.Duration) string { return figure(ms(total) / float64(after.Syncs-before.Syncs)) }
	added := median(alone) - median(local)
	b.add(&Row{Name: "replica/added p50", Unit: "ms", Ours: added, Note: fmt.Sprintf("one client; %s ms on this disk alone, %s ms with S3 on loopback, of which Litestream's own copy on this disk, synced twice, takes %s ms and the PUT %s ms",
		figure(median(local)), figure(median(alone)), mean(after.Copying-before.Copying), mean(after.Sending-before.Sending))}).
		reached(fmt.Sprintf("≤ %d", replicaAdded), added <= replicaAdded)
	return nil
}

// replicaTill is a shop that is copied to S3 at an address, with checkouts that wait for their button.
func (b *bench) replicaTill(addr, name string, orders int) (*till, error) {
	file, err := b.replicaConfig(addr, name)
	if err != nil {
		return nil, err
	}
	d, err := b.demoWith("replica-"+name, false, file)
	if err != nil {
		return nil, err
	}
	return newTill(b, d, orders/(rounds+2)+1)
}

func (t *till) status() replicate.Status { return t.d.app.Replica.Status(t.d.store.ID()) }

// secured has clients press their buttons, n orders in all, each until it is on the disk or at the replica, and gives how long each took in milliseconds.
func (t *till) secured(b *bench, clients, n int, replicated bool) (perSecond float64, times []float64, err error) {
	policy := app.ConfirmLocal
	if replicated {
		policy = app.ConfirmReplicated
	}
	if err := t.d.store.SetSettings(b.ctx, map[string]string{app.ConfirmSetting: policy}); err != nil {
		return 0, nil, err
	}
	if err := t.d.store.Confirm(b.ctx); err != nil {
		return 0, nil, err
	}
	var mu sync.Mutex
	perSecond, err = together(clients, n, func(int) error {
		w := <-t.ready
		began := time.Now()
		placed, err := t.service.Place(b.ctx, t.d.store, w.session, checkout.PlaceInput{Seal: w.seal, Terms: true, Locale: "en"})
		took := ms(time.Since(began))
		if err == nil && !t.d.app.Secured(b.ctx, t.d.store, placed.ID, 0) {
			err = errors.New("an order was answered before it was at the replica")
		}
		mu.Lock()
		times = append(times, took)
		mu.Unlock()
		return err
	})
	return perSecond, times, err
}

package bolt

import (
	"context"
	"encoding/binary"
	"fmt"

	bbolt "go.etcd.io/bbolt"

	"github.com/onrecord/onrecord/archive"
)

// Each run has a bucket of its own with two more in it: the tasks that wait, under host, NUL, priority and number, and
// what the run has seen, under the first half of the address's digest. So the first task of a host is found at once
// however many wait before or behind it, and forgetting a run drops its bucket.
var (
	bucketTasks = []byte("tasks")
	bucketSeen  = []byte("seen")
	keyPending  = []byte("pending")
)

// maxHost bounds the host of a task, in bytes: names are at most 253.
const maxHost = 4 << 10

// run is a run's queue.
type run struct {
	b           *bbolt.Bucket
	tasks, seen *bbolt.Bucket
	pending     uint64
}

// run is the queue of a run; nil when there is none and it is not to be made.
func (t *tx) run(name string, make bool) (*run, error) {
	if name == "" {
		return nil, fmt.Errorf("a run without a name")
	}
	runs := t.bucket(bucketRuns)
	b := runs.Bucket([]byte(name))
	if b == nil {
		if !make {
			return nil, nil
		}
		var err error
		if b, err = runs.CreateBucket([]byte(name)); err != nil {
			return nil, err
		}
		for _, sub := range [][]byte{bucketTasks, bucketSeen} {
			if _, err := b.CreateBucket(sub); err != nil {
				return nil, err
			}
		}
	}
	r := &run{b: b, tasks: b.Bucket(bucketTasks), seen: b.Bucket(bucketSeen)}
	if r.tasks == nil || r.seen == nil {
		return nil, corrupt("queue of run %q", name)
	}
	if v := b.Get(keyPending); len(v) == 8 {
		r.pending = binary.BigEndian.Uint64(v)
	}
	return r, nil
}

func (r *run) save() error { return r.b.Put(keyPending, be64(nil, r.pending)) }

func seenKey(url string) []byte {
	d := archive.Sum([]byte(url))
	return d[:16]
}

func taskKey(host string, priority int, number uint64) []byte {
	k := append(make([]byte, 0, len(host)+10), host...)
	return be64(append(k, 0, byte(priority)), number)
}

// encodeTask writes a task; it needs no reader of older forms, as a queue lives no longer than its run.
func encodeTask(k *archive.Task) []byte {
	var w writer
	w.str(k.URL)
	w.str(k.Host)
	w.str(k.Kind)
	w.str(k.Site)
	w.int(int64(k.Depth))
	w.uint(uint64(k.Priority))
	return w.b
}

func decodeTask(v []byte) (*archive.Task, error) {
	r := reader{b: v}
	k := &archive.Task{URL: r.str(), Host: r.str(), Kind: r.str(), Site: r.str()}
	k.Depth, k.Priority = int(r.int()), r.count(255)
	return k, r.done()
}

func checkTask(k *archive.Task) error {
	if err := checkURL(k.URL); err != nil {
		return err
	}
	for i := range len(k.Host) {
		if k.Host[i] == 0 {
			return fmt.Errorf("task %.300q: host %.300q", k.URL, k.Host)
		}
	}
	if len(k.Host) > maxHost || k.Priority < 0 || k.Priority > 255 {
		return fmt.Errorf("task %.300q: host of %d bytes, priority %d", k.URL, len(k.Host), k.Priority)
	}
	return nil
}

// add queues a task unless the run has seen its address.
func (r *run) add(k *archive.Task) error {
	key := seenKey(k.URL)
	if r.seen.Get(key) != nil {
		return nil
	}
	number, err := r.b.NextSequence()
	if err != nil {
		return err
	}
	at := taskKey(k.Host, k.Priority, number)
	if err := r.tasks.Put(at, encodeTask(k)); err != nil {
		return err
	}
	r.pending++
	return r.seen.Put(key, at)
}

// finish takes the task of an address from the queue, when it is there; either way the run has seen the address.
func (r *run) finish(url string) error {
	key := seenKey(url)
	if at := r.seen.Get(key); len(at) > 0 {
		if r.tasks.Get(at) != nil {
			if err := r.tasks.Delete(at); err != nil {
				return err
			}
			r.pending--
		}
	}
	return r.seen.Put(key, []byte{})
}

// step moves a run's queue on.
func (t *tx) step(step *archive.Step) error {
	if step == nil {
		return nil
	}
	r, err := t.run(step.Run, len(step.Found) > 0)
	if err != nil || r == nil { // the run has ended
		return err
	}
	if step.Done != "" {
		if err := r.finish(step.Done); err != nil {
			return err
		}
	}
	for _, url := range step.Seen {
		if err := r.finish(url); err != nil {
			return err
		}
	}
	return r.addAll(step.Found)
}

func (r *run) addAll(tasks []archive.Task) error {
	for i := range tasks {
		if err := r.add(&tasks[i]); err != nil {
			return err
		}
	}
	return r.save()
}

// Enqueue adds tasks to a run. See [archive.Store].
func (s *Store) Enqueue(ctx context.Context, run string, tasks []archive.Task) error {
	err := checkStep(&archive.Step{Run: run, Found: tasks})
	if err == nil {
		err = s.write(ctx, func(t *tx) error {
			r, err := t.run(run, true)
			if err != nil {
				return err
			}
			return r.addAll(tasks)
		})
	}
	if err != nil {
		return fmt.Errorf("add to the queue of run %.80q: %w", run, err)
	}
	return nil
}

func checkStep(step *archive.Step) error {
	if step == nil {
		return nil
	}
	if step.Run == "" || len(step.Run) > maxHost {
		return fmt.Errorf("name of a run: %d bytes", len(step.Run))
	}
	for i := range step.Found {
		if err := checkTask(&step.Found[i]); err != nil {
			return err
		}
	}
	return nil
}

// hostsAtOnce is how many hosts one transaction of Next looks at: few at first, as mostly one of the next is free.
const (
	hostsAtFirst = 4
	hostsAtMost  = 256
)

// Next is the next task of a run. See [archive.Store]. Hosts take turns, in the order of their names after the host of the
// task that was given last; of a host it is always the first task that waits, also one that was given before. free is
// called outside of any transaction.
func (s *Store) Next(ctx context.Context, run string, free func(host string) bool) (*archive.Task, int, error) {
	s.mu.Lock()
	start := s.last[run]
	s.mu.Unlock()
	after, wrapped := start, start == ""
	for most := hostsAtFirst; ; most = min(2*most, hostsAtMost) {
		var heads []archive.Task
		pending := 0
		err := s.read(ctx, func(t *tx) error {
			r, err := t.run(run, false)
			if err != nil || r == nil {
				return err
			}
			pending = int(r.pending)
			heads, err = r.heads(after, most)
			return err
		})
		if err != nil {
			return nil, 0, fmt.Errorf("next task of run %.80q: %w", run, err)
		}
		for i := range heads {
			if wrapped && start != "" && heads[i].Host > start {
				return nil, pending, nil
			}
			if free(heads[i].Host) {
				s.mu.Lock()
				s.last[run] = heads[i].Host
				s.mu.Unlock()
				return &heads[i], pending, nil
			}
			after = heads[i].Host
		}
		switch {
		case len(heads) == most:
		case wrapped:
			return nil, pending, nil
		default:
			after, wrapped = "", true
		}
	}
}

// heads are the first tasks of the next hosts after one, at most that many; "" is before all.
func (r *run) heads(after string, most int) ([]archive.Task, error) {
	var list []archive.Task
	c := r.tasks.Cursor()
	k, v := c.First()
	if after != "" {
		k, v = c.Seek(append([]byte(after), 1)) // NUL ends a host: this is behind all of its tasks
	}
	for k != nil && len(list) < most {
		task, err := decodeTask(v)
		if err != nil {
			return nil, err
		}
		if string(k[:max(0, len(k)-10)]) != task.Host {
			return nil, corrupt("task %.300q waits for host %.80q", task.URL, k)
		}
		list = append(list, *task)
		k, v = c.Seek(append([]byte(task.Host), 1))
	}
	return list, nil
}

// EndRun forgets a run. See [archive.Store].
func (s *Store) EndRun(ctx context.Context, run string) error {
	err := s.write(ctx, func(t *tx) error {
		runs := t.bucket(bucketRuns)
		if runs.Bucket([]byte(run)) == nil {
			return nil
		}
		return runs.DeleteBucket([]byte(run))
	})
	if err != nil {
		return fmt.Errorf("end run %.80q: %w", run, err)
	}
	s.mu.Lock()
	delete(s.last, run)
	s.mu.Unlock()
	return nil
}

package web

import "sync"

// remembered holds what is made of versions: to make it, they are read and compared. Its keys name an entry of the overview,
// which is another one as soon as its page has changed, or was read again since the entry was pinned ([pageEntry.pin]), so that what is
// remembered is never wrong. When all of it weighs more than most, everything is forgotten.
type remembered[K comparable, V any] struct {
	most int

	mu     sync.Mutex
	byKey  map[K]V // guarded by mu, as is weight
	weight int
}

// get is what was remembered under a key.
func (m *remembered[K, V]) get(key K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.byKey[key]
	return v, ok
}

// put remembers a value that weighs so much.
func (m *remembered[K, V]) put(key K, v V, weight int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.byKey[key]; ok {
		return // it was made twice at once
	}
	if m.weight += weight; m.byKey == nil || m.weight > m.most {
		m.byKey, m.weight = map[K]V{}, weight
	}
	m.byKey[key] = v
}

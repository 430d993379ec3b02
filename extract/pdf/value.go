package pdf

// resolve follows references to what they stand for; a loop of them is nil.
func (f *file) resolve(v any) any {
	for range 32 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.load(r.num)
	}
	return nil
}

// dict is a dictionary, that of a stream too; nil when v is none.
func (f *file) dict(v any) dict {
	switch v := f.resolve(v).(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}

func (f *file) array(v any) array {
	a, _ := f.resolve(v).(array)
	return a
}

func (f *file) stream(v any) *stream {
	s, _ := f.resolve(v).(*stream)
	return s
}

func (f *file) name(v any) name {
	n, _ := f.resolve(v).(name)
	return n
}

func (f *file) string(v any) string {
	s, _ := f.resolve(v).(string)
	return s
}

func (f *file) int(v any) (int, bool) {
	switch v := f.resolve(v).(type) {
	case int:
		return v, true
	case float64:
		if v > -1<<40 && v < 1<<40 {
			return int(v), true
		}
	}
	return 0, false
}

// float is a number within what coordinates can be; others are none.
func (f *file) float(v any) (float64, bool) {
	switch v := f.resolve(v).(type) {
	case int:
		return bounded(float64(v))
	case float64:
		return bounded(v)
	}
	return 0, false
}

func bounded(v float64) (float64, bool) {
	if v > -1e9 && v < 1e9 {
		return v, true
	}
	return 0, false
}

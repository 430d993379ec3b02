package record

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// A site's layout is learned while its pages come, as soon as there are a few of them, so that the many that follow are
// read with it at once; learning it from all of them at the end would mean to read each page twice.

// lessons are at how many pages on record a site's layout is learned. The first is from few pages, so that few are read
// in vain before it; what stands on most pages of a site stands on most of these: on fourteen real sites, twelve pages
// taught what all of them did. The last is enough: what is on one page in twenty shows on forty pages, and what is rarer
// is rather the statements' own. Of a site with fewer pages the layout is learned at the end of a run, and again when it has
// grown by half.
var lessons = [...]int{12, learnFrom}

const (
	// learnFrom is how many pages teach a layout at most.
	learnFrom = 40
	// learnAnew is after how long a layout is held against the site as it is: sites are redesigned.
	learnAnew = 60 * 24 * time.Hour
	// keptBlocks is how long an observation may be to be kept until the lesson.
	keptBlocks = 5000
)

// lesson is what is known of a site's layout being learned.
type lesson struct {
	// use is held for reading while a page is read and put on record, for writing while the layout changes.
	use sync.RWMutex

	mu    sync.Mutex
	known bool // whether pages and was are
	pages int  // on record
	was   learnedLayout
	seen  map[string]layout.Observation // by address, of pages of this run
}

func (r *Recorder) lesson(site string) *lesson {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.teaching[site]
	if l == nil {
		if r.teaching == nil {
			r.teaching = map[string]*lesson{}
		}
		l = &lesson{}
		r.teaching[site] = l
	}
	return l
}

// learnedLayout is what is kept about the learning of a layout.
type learnedLayout struct {
	// Pages is how many pages were on record then; 0 when nothing was learned. Layout.Pages says less: pages that look
	// the same count once.
	Pages int `json:"pages"`
	// Time is when the layout was learned or last held against the site.
	Time time.Time `json:"time"`
}

// learnedNote is the name under which it is kept.
func learnedNote(site string) string { return "learned/" + site }

// learned tells when and from how much the site's layout was learned.
func (r *Recorder) learned(ctx context.Context, site string) (learnedLayout, error) {
	b, err := r.Store.Note(ctx, learnedNote(site))
	if err != nil {
		return learnedLayout{}, err
	}
	var l learnedLayout
	if n, err := strconv.Atoi(string(b)); err == nil && n > 0 { // as it was kept at first
		return learnedLayout{Pages: n}, nil
	}
	if json.Unmarshal(b, &l) == nil && l.Pages > 0 {
		return l, nil
	}
	lay, err := r.layout(ctx, site) // an archive from before the number was kept, or nothing learned
	return learnedLayout{Pages: lay.Pages()}, err
}

func (r *Recorder) setLearned(ctx context.Context, site string, l learnedLayout) error {
	return writeNote(ctx, r.Store, learnedNote(site), l)
}

// due reports whether a site with so many pages is to be learned at the end of a run: one that no lesson was held for,
// that has grown since and has not had its first, or that has half as many pages again as taught it.
func (l learnedLayout) due(pages int) bool {
	if pages < 2 || l.Pages >= learnFrom {
		return false
	}
	return l.Pages == 0 || l.Pages < lessons[0] && pages > l.Pages || pages >= learnFrom || 2*pages >= 3*l.Pages
}

// open reports whether the site may have more to learn, so that its pages are observed.
func (l *lesson) open() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.known || l.was.Pages < learnFrom
}

// teach counts a statement that has just been put on record, and learns the layout when it is the one that completes a
// lesson. An import learns at its end: its pages are all at hand then, and what it learns does not hang on whether it was
// interrupted.
func (r *Recorder) teach(ctx context.Context, l *lesson, v *Visit, e *Entry) error {
	if v.Step == nil || e.Result.Outcome != archive.Stored || e.Result.Change.Kind != archive.First || e.Result.Again || !l.open() {
		return nil
	}
	due, err := r.attend(ctx, l, v, e.Result.URL)
	if err != nil || !due {
		return err
	}
	l.use.Lock()
	defer l.use.Unlock()
	if !l.due() {
		return nil // another page of the site did it
	}
	urls, err := r.urls(ctx, v.Site.Name)
	if err != nil {
		return err
	}
	if _, err := r.adopt(ctx, v.Site.Name, urls, l); err != nil {
		return err
	}
	return r.renewAll(ctx, v.Site.Name, urls)
}

// attend keeps what a new page shows, and reports whether it completes a lesson.
func (r *Recorder) attend(ctx context.Context, l *lesson, v *Visit, url string) (due bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known {
		l.pages++
	} else {
		urls, err := r.urls(ctx, v.Site.Name)
		if err != nil {
			return false, err
		}
		if l.was, err = r.learned(ctx, v.Site.Name); err != nil {
			return false, err
		}
		l.known, l.pages = true, len(urls)
	}
	if v.parsed != nil && v.parsed.seen != nil && len(v.parsed.seen.Blocks) <= keptBlocks && len(l.seen) < learnFrom {
		if l.seen == nil {
			l.seen = map[string]layout.Observation{}
		}
		l.seen[url] = *v.parsed.seen
	}
	return l.complete(), nil
}

// complete reports whether a lesson is due. The caller holds mu.
func (l *lesson) complete() bool {
	return slices.ContainsFunc(lessons[:], func(n int) bool { return l.was.Pages < n && n <= l.pages })
}

func (l *lesson) due() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.complete()
}

// adopt learns the layout of a site and keeps it. It reports whether it is another than before.
func (r *Recorder) adopt(ctx context.Context, site string, urls []string, l *lesson) (bool, error) {
	lay, err := r.learn(ctx, site, urls, l)
	if err != nil {
		return false, err
	}
	return r.keep(ctx, site, lay, len(urls), l)
}

func (r *Recorder) keep(ctx context.Context, site string, lay *layout.Layout, pages int, l *lesson) (bool, error) {
	old, err := r.layout(ctx, site)
	if err != nil {
		return false, err
	}
	fresh := lay.Digest() != old.Digest()
	if fresh || lay.Pages() != old.Pages() {
		if err := r.setLayout(ctx, site, lay); err != nil {
			return false, err
		}
	}
	was := learnedLayout{Pages: pages, Time: time.Now().UTC()}
	l.mu.Lock()
	l.was = was
	if pages >= learnFrom {
		l.seen = nil
	}
	l.mu.Unlock()
	return fresh, r.setLearned(ctx, site, was)
}

// revise learns the layout once more from the site as it is, and keeps the new one when it is that of a redesigned site, or
// knows what the old one could not.
func (r *Recorder) revise(ctx context.Context, site string, urls []string, l *lesson) (bool, error) {
	lay, err := r.learn(ctx, site, urls, l)
	if err != nil {
		return false, err
	}
	old, err := r.layout(ctx, site)
	if err != nil {
		return false, err
	}
	if !lay.Redesigned(old) && !old.Outgrown() {
		lay = old
	}
	return r.keep(ctx, site, lay, len(urls), l)
}

// learn makes the layout of a site from the last versions of its pages, or of a sample of them.
func (r *Recorder) learn(ctx context.Context, site string, urls []string, l *lesson) (*layout.Layout, error) {
	known, err := r.overridden(ctx, site)
	if err != nil {
		return nil, err
	}
	slices.Sort(urls)
	step := max(1, (len(urls)+learnFrom-1)/learnFrom)
	var seen []layout.Observation
	for i := 0; i < len(urls); i += step {
		l.mu.Lock()
		o, ok := l.seen[urls[i]]
		l.mu.Unlock()
		if ok {
			seen = append(seen, o)
			continue
		}
		v, err := r.Store.Version(ctx, urls[i], -1)
		if errors.Is(err, archive.ErrForgotten) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p, err := r.again(ctx, urls[i], v.Source())
		if errors.Is(err, archive.ErrForgotten) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.root != nil {
			seen = append(seen, extract.Observe(p.root, manner{overrides: known}.options(p.url, p.header)))
		}
	}
	return layout.Learn(seen), nil
}

package record

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/onrecord/onrecord/extract"
	"github.com/onrecord/onrecord/extract/layout"
)

// manner is how the pages of a site are read: with the layout that they taught, nil for none, and with what the config
// says about the site, nil for nothing.
type manner struct {
	*layout.Layout
	overrides *extract.Overrides
}

// options are those to read a page with.
func (m manner) options(url string, header http.Header) extract.Options {
	return m.overrides.Apply(extract.Options{URL: url, Header: header, Layout: m.Layout})
}

// manner is how a site's pages are read today.
func (r *Recorder) manner(ctx context.Context, site string) (manner, error) {
	lay, err := r.layout(ctx, site)
	if err != nil {
		return manner{}, err
	}
	o, err := r.overridden(ctx, site)
	return manner{Layout: lay, overrides: o}, err
}

// overridesNote is the name under which a site's overrides are kept: the archive alone tells how its pages are read.
func overridesNote(site string) string { return "overrides/" + site }

// overridden are the site's overrides, nil when there are none.
func (r *Recorder) overridden(ctx context.Context, site string) (*extract.Overrides, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if o, ok := r.overrides[site]; ok {
		return o, nil
	}
	b, err := r.Store.Note(ctx, overridesNote(site))
	if err != nil {
		return nil, err
	}
	var o *extract.Overrides
	if b != nil {
		var m map[string][]string
		if err = json.Unmarshal(b, &m); err == nil {
			o, err = extract.ParseOverrides(m)
		}
		if err != nil {
			return nil, fmt.Errorf("overrides of %s: %w", site, err)
		}
	}
	r.setOverrides(site, o)
	return o, nil
}

// setOverrides remembers them. The caller holds mu.
func (r *Recorder) setOverrides(site string, o *extract.Overrides) {
	if r.overrides == nil {
		r.overrides = map[string]*extract.Overrides{}
	}
	r.overrides[site] = o
}

// Adopt keeps what the config says about how the pages of its sites are read, for this run and for whoever reads the
// archive later. Versions that were read otherwise are read again when their page is visited, and all of a site's by
// [Recorder.Settle]: a change of the config is never an edit. Sites that are not named keep what they had.
func (r *Recorder) Adopt(ctx context.Context, sites []*Site) error {
	for _, s := range sites {
		if s.Name == "" {
			continue
		}
		old, err := r.overridden(ctx, s.Name)
		if err != nil {
			return err
		}
		if old.Digest() == s.Overrides.Digest() {
			continue
		}
		var b []byte
		if s.Overrides.Digest() != "" {
			if b, err = json.Marshal(s.Overrides.Map()); err != nil {
				return err
			}
		}
		if err := r.Store.SetNote(ctx, overridesNote(s.Name), b); err != nil {
			return err
		}
	}
	r.Assume(sites)
	return nil
}

// Assume reads the pages of the sites as [Recorder.Adopt] does, and keeps nothing about it: to see what a config would do.
func (r *Recorder) Assume(sites []*Site) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range sites {
		r.setOverrides(s.Name, s.Overrides)
	}
}

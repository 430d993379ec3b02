package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/archive/ledger"
	"github.com/onrecord/onrecord/archive/ledger/bundle"
)

// proof hands out the file that proves a version to somebody else. It was checked: a proof that does not hold is worse than
// none.
func (room *Room) proof(w http.ResponseWriter, r *http.Request, st *statement) error {
	p := &st.page
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > p.Versions {
		return st.noSuchVersion()
	}
	src, ok := st.store.(bundle.Source)
	if !ok {
		return failure{http.StatusNotFound, "This archive keeps no ledger, so that there is no proof.", ""}
	}
	b, err := bundle.Make(r.Context(), src, p.URL, n, bundle.Options{Software: room.opts.Software, Now: room.opts.Now})
	if missing(err) || errors.Is(err, ledger.ErrNoKey) {
		return failure{http.StatusNotFound, "There is no proof of this version.", "Its archive is older than its ledger, or its key is kept elsewhere: 'onrecord prove' makes one."}
	}
	if err != nil {
		return err
	}
	report, err := bundle.Verify(b, bundle.VerifyOptions{})
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("the proof of %s does not hold: %w", p.URL, archive.ErrCorrupt)
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="proof-%s-version-%d.zip"`, st.entry.key, n))
	h.Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // who does not read it is gone
	return nil
}

package cases

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/record"
)

// size is how large the archive was on a day.
type size struct {
	Time  time.Time `json:"time"`
	Bytes int64     `json:"bytes"`
}

// keepSizes is of how many days the size is kept; week is over which growth is looked at, and foreseen.
const (
	keepSizes = 30
	week      = 7 * 24 * time.Hour
	// spare is what must be free in any case, or a twentieth of a smaller disk.
	spare = 1 << 30
)

// measure keeps the size of the archive, once a day.
func (h *head) measure(bytes int64, now time.Time) {
	if n := len(h.Sizes); bytes <= 0 || n > 0 && now.Sub(h.Sizes[n-1].Time).Abs() < 24*time.Hour {
		return
	}
	h.Sizes = append(h.Sizes, size{now, bytes})
	if len(h.Sizes) > keepSizes {
		h.Sizes = slices.Delete(h.Sizes, 0, len(h.Sizes)-keepSizes)
	}
}

// growth is by how much the archive grows in a week, going by the last one; 0 when it is too young to tell.
func (h *head) growth(bytes int64, now time.Time) int64 {
	for _, s := range h.Sizes {
		if age := now.Sub(s.Time); age <= week+24*time.Hour && age >= 24*time.Hour {
			return max(0, int64(float64(bytes-s.Bytes)*week.Hours()/age.Hours()))
		}
	}
	return 0
}

// disk looks whether the archive has room for the next week.
func (l *look) disk() {
	if l.Archive == "" {
		return
	}
	info, err := os.Stat(l.Archive)
	if err != nil {
		return
	}
	l.out.Size = info.Size()
	free := l.Free
	if free == nil {
		free = FreeSpace
	}
	left, all, err := free(filepath.Dir(l.Archive))
	if err != nil {
		return
	}
	grows := l.head.growth(info.Size(), l.Now)
	need := max(grows, min(spare, all/20))
	if l.isOpen("", Disk) {
		need += need / 5
	}
	if left >= need {
		l.fine("", Disk)
		return
	}
	text := fmt.Sprintf("%s of %s are free on the disk of the archive", inBytes(left), inBytes(all))
	if grows > 0 {
		text += fmt.Sprintf(", and a week takes %s", inBytes(grows))
	}
	text += ": make room, or move the archive; 'onrecord compact' gives back what is free in it"
	if slices.ContainsFunc(l.Agendas, func(a *record.Agenda) bool { return !a.Site.OnChange }) {
		text += ", and with 'raw: on-change' in the config it grows more slowly"
	}
	l.find("", Disk, "%s", text)
}

// inBytes is a number of bytes for people.
func inBytes(n int64) string {
	f, unit := float64(n), 0
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	for f >= 1024 && unit < len(units)-1 {
		f, unit = f/1024, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[unit])
}

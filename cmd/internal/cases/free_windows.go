package cases

import (
	"math"

	"golang.org/x/sys/windows"
)

// FreeSpace is how many bytes of a folder's disk are free for whoever runs this program, and how many it has.
func FreeSpace(dir string) (free, size int64, err error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	var mine, all uint64
	if err := windows.GetDiskFreeSpaceEx(p, &mine, &all, nil); err != nil {
		return 0, 0, err
	}
	return int64(min(mine, math.MaxInt64)), int64(min(all, math.MaxInt64)), nil
}

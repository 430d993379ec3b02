//go:build unix

package cases

import "golang.org/x/sys/unix"

// FreeSpace is how many bytes of a folder's disk are free for whoever runs this program, and how many it has.
func FreeSpace(dir string) (free, size int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize), nil
}

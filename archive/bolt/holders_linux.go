package bolt

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// holders names the processes that have a lock on a file, as far as the system lets us know; "" when it does not.
func holders(path string) string {
	var st syscall.Stat_t
	if syscall.Stat(path, &st) != nil {
		return ""
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return ""
	}
	dev := uint64(st.Dev)
	major, minor := (dev>>8)&0xfff|(dev>>32)&^0xfff, dev&0xff|(dev>>12)&^0xff
	file := fmt.Sprintf("%02x:%02x:%d", major, minor, st.Ino)
	var who []string
	for line := range strings.Lines(string(locks)) {
		// "1: FLOCK  ADVISORY  WRITE 1234 08:02:5678 0 EOF"; who waits for a lock has "->" before its kind
		f := strings.Fields(line)
		if len(f) < 6 || f[1] != "FLOCK" || f[5] != file || f[4] == "0" || f[4] == "-1" {
			continue
		}
		told := "process " + f[4]
		if args, err := os.ReadFile("/proc/" + f[4] + "/cmdline"); err == nil && len(args) > 0 {
			line := string(bytes.ReplaceAll(bytes.TrimRight(args, "\x00"), []byte{0}, []byte{' '}))
			if len(line) > maxHeld {
				line = strings.ToValidUTF8(line[:maxHeld], "") + "…"
			}
			told += " (" + line + ")"
		}
		who = append(who, told)
	}
	return strings.Join(who, ", ")
}

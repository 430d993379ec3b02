//go:build linux

package browser

import "syscall"

// Dir is the folder of the Chromium that runs, "" when none does. It must not be called while a page is shown.
func (b *Browser) Dir() string {
	if b.chrome == nil {
		return ""
	}
	return b.chrome.dir
}

// Starts is how often Chromium was started.
func (b *Browser) Starts() int { return b.starts }

// Processes lists Chromium's processes.
func Processes(dir string) []int { return processes(dir) }

// Kill ends all processes of a Chromium as a crash would.
func Kill(dir string) {
	for _, pid := range processes(dir) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// Flatten is flatten.
func Flatten(doc []byte) ([]byte, error) { return flatten(doc) }

// Sweep is sweep.
func Sweep() { sweep() }

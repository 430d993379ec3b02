//go:build unix

package browser

import (
	"os"
	"os/exec"
	"syscall"
)

// prepare gives Chromium a process group of its own: an interrupt from the terminal is for this program, which ends
// Chromium itself, and ending the group takes the children along.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieTogether(cmd.SysProcAttr)
	// It is called before the process is waited for, so that its number is still its own.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// tryLock locks a file unless somebody else has.
func tryLock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

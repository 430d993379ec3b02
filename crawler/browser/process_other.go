//go:build !unix

package browser

import (
	"os"
	"os/exec"
)

func prepare(*exec.Cmd) {}

// tryLock reports success: an open file cannot be removed there, which keeps folders in use.
func tryLock(*os.File) bool { return true }

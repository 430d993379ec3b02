//go:build unix && !linux

package browser

import "syscall"

func dieTogether(*syscall.SysProcAttr) {}

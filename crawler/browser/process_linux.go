package browser

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// dieTogether has the kernel end Chromium when this program ends, however that happens.
func dieTogether(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// processes gives the numbers of all processes whose command line names the folder as Chromium's profile: Chromium hands
// that on to its children.
func processes(dir string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	want := []byte("--user-data-dir=" + dir + "/profile")
	var list []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		line, err := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		if err == nil && bytes.Contains(line, want) {
			list = append(list, pid)
		}
	}
	return list
}

// weigh gives the bytes that Chromium's processes hold, shared memory excluded.
func weigh(dir string) int64 {
	var sum int64
	for _, pid := range processes(dir) {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if err != nil {
			continue
		}
		var size, resident, shared int64
		if n, _ := fmt.Sscan(string(b), &size, &resident, &shared); n == 3 {
			sum += (resident - shared) * int64(os.Getpagesize())
		}
	}
	return sum
}

// killLeft ends processes that outlived the Chromium they belong to.
func killLeft(dir string) error {
	for range 40 {
		left := processes(dir)
		if len(left) == 0 {
			return nil
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		<-time.After(25 * time.Millisecond)
	}
	return fmt.Errorf("processes of %s do not end", dir)
}

package bolt_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/archive"
)

// BenchmarkGit commits the captures of BenchmarkCommit to git, which syncs all that it writes: what "captures/s" there is
// to be compared with, in one run, as disks differ:
//
//	go test ./archive/bolt -run '^$' -bench 'Commit|Git' -benchtime 300x
func BenchmarkGit(b *testing.B) {
	b.Run("page=4KB", func(b *testing.B) { gitAll(b, serial) })
	b.Run("page=230KB", func(b *testing.B) { gitAll(b, newSites(1)) })
	b.Run("page=real", func(b *testing.B) { gitAll(b, realPages(b)) })
}

func gitAll(b *testing.B, capture func(writer, n int) *archive.Capture) {
	git, err := exec.LookPath("git")
	if err != nil {
		b.Skip("no git here")
	}
	dir := b.TempDir()
	run := func(args ...string) {
		cmd := exec.Command(git, append([]string{
			"-C", dir, "-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync", "-c", "user.name=harbour", "-c", "user.email=desk@harbour.example",
			"-c", "gc.auto=0", "-c", "commit.gpgSign=false",
		}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	run("init", "-q")
	n := 0
	for b.Loop() {
		for {
			c := capture(1, n)
			if n++; c.Raw == nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, "page.html"), c.Raw, 0o600); err != nil {
				b.Fatal(err)
			}
			break
		}
		run("add", "page.html")
		run("commit", "-q", "--allow-empty", "-m", "capture")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "captures/s")
}

package record_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/cmd/internal/record"
	"github.com/onrecord/onrecord/crawler"
	"github.com/onrecord/onrecord/crawler/discover"
)

// elsewhere are the rows which tests of their own show.
var elsewhere = map[int]string{
	158: "TestManyHostsKeepTheirPace", 159: "TestPauseGrowsWithTheAnswerTime", 160: "TestManyHostsKeepTheirPace",
	161: "TestStopInTheMiddleAndGoOn", 162: "TestStopInTheMiddleAndGoOn", 163: "TestDiskFull", 164: "TestClockSetBack",
	165: "TestCertificates", 166: "TestCertificates", 167: "TestCertificates", 168: "TestCertificates", 169: "TestDowngrade",
	170: "TestSecureHostIsRemembered", 171: "TestNames", 172: "TestNames", 173: "TestNames", 174: "TestProxyOfTheEnvironment",
	175: "TestNames", 176: "TestAnotherOwner",
}

// hostileRows are those of TestHostile.
func hostileRows() []row {
	return slices.Concat(wireRows(), codingRows(), redirectRows(), meaningRows(), changeRows(), markupRows(), robotsRows())
}

// Every row from 1 to 176 is shown by some test.
func TestEveryRowIsShown(t *testing.T) {
	shown := map[int]bool{}
	for _, r := range hostileRows() {
		shown[r.n] = true
	}
	for _, r := range traps() {
		shown[r.n] = true
	}
	for _, f := range files() {
		shown[f.n] = true
	}
	for n := range elsewhere {
		shown[n] = true
	}
	for n := 1; n <= 176; n++ {
		if !shown[n] {
			t.Errorf("row %d is not shown", n)
		}
	}
	if len(shown) != 176 {
		t.Errorf("%d rows are shown, want 176", len(shown))
	}
}

// memoryChild tells a test process that it is the child whose memory is measured.
const memoryChild = "ONRECORD_TEST_MEMORY"

// mostMemory is what an archiving process may take at its height whatever sites do to it, in MiB. It takes about 220; on a
// machine that is busy with other things the collector comes later, and the test is to find what grows, not what is busy.
const mostMemory = 384

// All rows with a site that lies in wait, visited by one run of one process side by side: the sites, and what they send, are
// in this process, so that the other's memory is the archiver's alone.
func TestMemoryStaysFlat(t *testing.T) {
	switch {
	case os.Getenv(memoryChild) != "":
		t.Skip("this is the child")
	case runtime.GOOS != "linux":
		t.Skip("the height of a process's memory is read from /proc")
	case testing.Short():
		t.Skip("takes a while")
	case raced():
		t.Skip("the race detector takes memory of its own")
	}
	var starts []string
	for _, r := range hostileRows() {
		l := newLab(t)
		l.begin()
		l.site.Set(where, r.answer)
		if r.set != nil {
			r.set(l)
		}
		starts = append(starts, l.site.URL()+"/news/")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMemoryOfTheChild$")
	cmd.Env = append(os.Environ(), memoryChild+"=1", "GOMEMLIMIT=192MiB") // as the program sets it
	cmd.Stdin = strings.NewReader(strings.Join(starts, "\n"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, rest, _ := strings.Cut(string(out), "peak ")
	kib := 0
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		t.Fatalf("no peak in %s", out)
	}
	t.Logf("%d sites: %d MiB at most", len(starts), kib>>10)
	if kib>>10 > mostMemory {
		t.Errorf("%d MiB at the height, want at most %d", kib>>10, mostMemory)
	}
}

// raced tells that the race detector is at work.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}

// TestMemoryOfTheChild visits the sites that stand in its input, and tells how much memory that took at its height.
func TestMemoryOfTheChild(t *testing.T) {
	if os.Getenv(memoryChild) == "" {
		t.Skip("only for TestMemoryStaysFlat")
	}
	config := labConfig()
	config.MaxBody = 0 // what people get
	cr, err := crawler.New(config)
	if err != nil {
		t.Fatal(err)
	}
	defer cr.Close()
	g, err := discover.ParseGlob("/news/**")
	if err != nil {
		t.Fatal(err)
	}
	c := &record.Crawl{Browser: noBrowser, Recorder: &record.Recorder{Store: open(t)}, Crawler: cr}
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		c.Sites = append(c.Sites, &record.Site{Name: s.Text(), Start: []string{s.Text()}, Follow: []*discover.Glob{g}})
	}
	if _, err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println("peak", strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		}
	}
}

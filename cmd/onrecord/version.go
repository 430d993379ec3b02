package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/onrecord/onrecord/extract"
)

// release is set by the linker in a release (-ldflags "-X main.release=v1.2.3").
var release string

// programVersion is the release, else what the build knows: the module's version or the commit.
func programVersion() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of its rules",
		Long: `Prints the version of the program, of the rules by which it reads texts (texts that
were read by different rules are never compared), and of Go.

  onrecord version`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.out, "onrecord %s\nrules %s\n%s %s/%s\n", programVersion(), extract.Rules, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

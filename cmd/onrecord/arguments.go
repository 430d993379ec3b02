package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// noArgs is the arguments check of commands that take flags only.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Sprintf("run '%s --help' for the flags; the archive is named by --archive", cmd.CommandPath()), "%s takes flags only, not %q", cmd.Name(), args[0])
	}
	return nil
}

// oneURL is the arguments check of commands about one statement.
func oneURL(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("'onrecord pages' lists what is on record", "%s wants the address of one statement", cmd.Name())
	}
	return nil
}

// oneOrNone is the arguments check of commands that can do with one of what they take.
func oneOrNone(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage(fmt.Sprintf("run '%s --help' for what it takes", cmd.CommandPath()), "%s takes one %s at most, got %d", cmd.Name(), what, len(args))
		}
		return nil
	}
}

// oneChange is the arguments check of diff.
func oneChange(cmd *cobra.Command, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return usage("as in: onrecord diff URL, or: onrecord diff URL@1 @3; 'onrecord pages' lists what is on record",
			"%s wants the address of one statement, and a second version of it if need be", cmd.Name())
	}
	return nil
}

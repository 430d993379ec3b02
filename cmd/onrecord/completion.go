package main

import (
	"strings"

	"github.com/spf13/cobra"
)

func newCompletion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script for bash, zsh, fish or powershell",
		Long: `Prints a script that lets the shell complete commands, flags and the addresses on
record:

  bash        source <(onrecord completion bash)
  zsh         onrecord completion zsh > "${fpath[1]}/_onrecord"
  fish        onrecord completion fish > ~/.config/fish/completions/onrecord.fish
  powershell  onrecord completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("as in: onrecord completion bash", "completion wants a shell: bash, zsh, fish or powershell")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return usage("as in: onrecord completion bash", "no completion for %q: want bash, zsh, fish or powershell", args[0])
		},
	}
}

// completeURLs offers the addresses on record to the shell.
func (a *app) completeURLs(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	s, err := a.open()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer s.Close()
	var urls []string
	for p, err := range s.Pages(cmd.Context(), "") {
		if err != nil || len(urls) == 100 {
			break
		}
		if strings.HasPrefix(p.URL, begun) {
			urls = append(urls, p.URL)
		}
	}
	return urls, cobra.ShellCompDirectiveNoFileComp
}

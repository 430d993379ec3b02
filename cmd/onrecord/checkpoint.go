package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"
)

func newCheckpoint(a *app) *cobra.Command {
	var h handout
	f := fetchFlags{pace: time.Second, timeout: time.Minute}
	cmd := &cobra.Command{
		Use:   "checkpoint",
		Short: "Print the signed head of the ledger, and hand it out",
		Long: `Prints the head of the archive's ledger, signed by the archive's key. Whoever has it
can tell later whether anything that was on record by then was changed, removed or
put in another order ('onrecord verify --checkpoint FILE'). A head that stays at
home proves nothing: publish it, mail it, or let every run hand it out with
'onrecord crawl --checkpoint' or checkpoint in the config.

  onrecord checkpoint
  onrecord checkpoint --checkpoint /media/usb/heads.txt
  onrecord checkpoint --checkpoint https://heads.example/new --timestamp http://time.example/tsr
  onrecord checkpoint --checkpoint 'witness+https://witness.example/#KEY of the witness'

A witness ('onrecord witness', or another one that speaks C2SP tlog-witness) signs the
head when the ledger goes on from the last one that it saw, and refuses it otherwise
(exit code 6). Its signature is kept with the head. Without its key behind the # it is
asked for it the first time, and believed.

--timestamp has a time-stamping authority (RFC 3161) say that this head exists now;
what it says is kept in the archive.

` + exitHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.checkpoint(cmd.Context(), &f, &h)
		},
	}
	h.register(cmd)
	f.services(cmd)
	return cmd
}

// checkpoint prints the signed head of the ledger and hands it out. The head is printed also when it could not be.
func (a *app) checkpoint(ctx context.Context, f *fetchFlags, h *handout) error {
	conf, err := a.configuration()
	if err != nil {
		return err
	}
	if err := h.settle(conf); err != nil {
		return err
	}
	if _, err := a.existing(); err != nil {
		return err
	}
	cr, err := f.crawler(a, conf.Contact, nil)
	if err != nil {
		return err
	}
	defer cr.Close()
	s, err := a.create()
	if err != nil {
		return err
	}
	defer s.Close()
	signed, err := a.handOut(ctx, s, cr.Client(), h)
	if len(signed) > 0 {
		if _, err := a.out.Write(signed); err != nil {
			return err
		}
	}
	return err
}

// services are the flags of a command that asks services, and fetches nothing.
func (f *fetchFlags) services(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.DurationVar(&f.timeout, "timeout", time.Minute, "longest time for one request")
	fs.BoolVar(&f.allowPrivate, "allow-private", false, "also connect to private and loopback addresses")
	fs.StringArrayVar(&f.allowNets, "allow-net", nil, "also connect to addresses in this network, such as 10.1.0.0/16 (repeatable)")
}

package notify

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"sync"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/discord"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/rocketchat"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/pushover"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// service sends messages through shoutrrr: chat and push services by their addresses.
type service struct {
	s     types.Service
	begin func() error // makes s ready; nil once it is
	mu    sync.Mutex   // guards begin
}

func (s *Settings) serviceTo(d *Destination, scheme, to string) error {
	u, err := url.Parse(to)
	if err != nil {
		return &Error{fmt.Sprintf("the address %s:// cannot be read", scheme), serviceHint}
	}
	d.label, d.secrets = scheme+"://…", append(secretsOf(u), u.Host)
	if scheme == "ntfy" || scheme == "gotify" || scheme == "matrix" || scheme == "mattermost" || scheme == "rocketchat" || scheme == "zulip" {
		d.label, d.secrets = scheme+"://"+u.Host+"/…", secretsOf(u) // the host is a server, no token
	}
	sender, err := (&router.ServiceRouter{}).NewService(scheme)
	if err != nil {
		return &Error{d.clean(err).Error(), serviceHint}
	}
	v := &service{s: sender, begin: func() error {
		if err := sender.Initialize(u, log.New(io.Discard, "", 0)); err != nil {
			return err
		}
		s.guardOf(u.Hostname()).serve(sender)
		return nil
	}}
	if scheme != "matrix" { // which signs in at once
		if err := v.ready(); err != nil {
			return &Error{fmt.Sprintf("the address %s cannot be used: %v", d.label, d.clean(err)), serviceHint}
		}
	}
	d.channel = v
	return nil
}

// serve has a service that was made ready connect through the guard and follow no redirects, as far as shoutrrr lets us: some
// take a client, some show theirs. The others use what package net/http has by default; see [NoRedirects].
func (g *guard) serve(sender types.Service) {
	switch c := sender.(type) {
	case interface{ SetHTTPClient(*http.Client) }:
		c.SetHTTPClient(g.client())
	case *discord.Service:
		c.HTTPClient = g.client()
	case *pushover.Service:
		c.Client = g.client()
	case *rocketchat.Service:
		c.Client = g.client()
	case interface{ GetHTTPClient() *http.Client }:
		if own := c.GetHTTPClient(); own != nil { // its transport knows how the address wants TLS
			g.narrow(own)
		}
	}
}

// ready makes the service ready, once.
func (s *service) ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begin == nil {
		return nil
	}
	err := s.begin()
	if err == nil {
		s.begin = nil
	}
	return err
}

const serviceHint = "write it as shoutrrr has it, such as ntfy://ntfy.example/topic, slack://TOKEN@CHANNEL, telegram://TOKEN@telegram?chats=CHANNEL"

// send sends the short form. Shoutrrr knows no contexts.
func (s *service) send(_ context.Context, m *Message) error {
	if err := s.ready(); err != nil {
		return err
	}
	return s.s.Send(m.brief(), &types.Params{"title": m.Subject})
}

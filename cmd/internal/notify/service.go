package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// service sends messages through shoutrrr: chat and push services by their addresses.
type service struct {
	s types.Service
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
	if err == nil {
		err = sender.Initialize(u, log.New(io.Discard, "", 0))
	}
	if err != nil {
		return &Error{fmt.Sprintf("the address %s cannot be used: %v", d.label, d.clean(err)), serviceHint}
	}
	if c, ok := sender.(interface{ SetHTTPClient(*http.Client) }); ok {
		c.SetHTTPClient(s.guardOf(u.Hostname()).client())
	}
	d.channel = &service{sender}
	return nil
}

const serviceHint = "write it as shoutrrr has it, such as ntfy://ntfy.example/topic, slack://TOKEN@CHANNEL, telegram://TOKEN@telegram?chats=CHANNEL"

// send sends the short form. Shoutrrr knows no contexts: what is not done in time goes on behind, and is taken as failed.
func (s *service) send(ctx context.Context, m *Message) error {
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Errorf("the service stopped with %v", r)
			}
		}()
		done <- s.s.Send(m.brief(), &types.Params{"title": m.Subject})
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errors.New("no answer in time")
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/onrecord/onrecord/cmd/internal/config"
)

// heartbeatWithin is how long the heartbeat's address may take. Runs do not wait longer for it.
const heartbeatWithin = 10 * time.Second

// heartbeat tells somebody else that a run has ended, so that they notice when runs cease: the config's address is asked, or,
// when the run came to no good end, the outcome is posted to the address with /fail behind its path, as healthchecks.io and
// its kin take it. The error never holds the address, which often is a secret.
func heartbeat(ctx context.Context, conf *config.Config, failed error) error {
	if conf.Heartbeat == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, heartbeatWithin)
	defer cancel()
	u, err := url.Parse(conf.Heartbeat)
	if err != nil {
		return errors.New("the heartbeat's address cannot be read")
	}
	method, body := http.MethodGet, io.Reader(nil)
	if failed != nil {
		method, body = http.MethodPost, strings.NewReader(failed.Error()+"\n")
		u = u.JoinPath("fail")
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return errors.New("the heartbeat's address cannot be asked")
	}
	req.Header.Set("User-Agent", "onrecord/"+programVersion())
	if failed != nil {
		req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	client, err := operatorsClient(conf)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		if ue := (*url.Error)(nil); errors.As(err, &ue) {
			err = ue.Err // without the address
		}
		return fmt.Errorf("the heartbeat could not be sent: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the heartbeat's address answers with status %d", resp.StatusCode)
	}
	return nil
}

// operatorsClient asks addresses that stand in the config for themselves: private ones are what the operator wants, and
// nobody is followed to another address.
func operatorsClient(conf *config.Config) (*http.Client, error) {
	proxy, err := conf.ProxyURL()
	if err != nil {
		return nil, err
	}
	t := &http.Transport{TLSHandshakeTimeout: heartbeatWithin, ForceAttemptHTTP2: true}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

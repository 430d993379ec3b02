package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// webhook posts messages as JSON, with the headers of the Standard Webhooks specification (standardwebhooks.com, 1.0):
// webhook-id, webhook-timestamp in seconds, and, when there is a secret, webhook-signature, "v1," and the base64 of the
// HMAC-SHA256 over "id.timestamp.body".
type webhook struct {
	url    string
	secret []byte
	client *http.Client
	now    func() time.Time
}

// Payload is the body of a webhook. Keys are added, never changed.
type Payload struct {
	// Type is "onrecord.notice".
	Type string `json:"type"`
	// Timestamp is when it was sent, RFC 3339 in UTC.
	Timestamp string `json:"timestamp"`
	Data      struct {
		// ID is that of the header webhook-id.
		ID      string `json:"id"`
		Rule    string `json:"rule"`
		Subject string `json:"subject"`
		// Text is there when a template of the user wrote it.
		Text    string    `json:"text,omitempty"`
		Notices []*Notice `json:"notices"`
		// More counts events that are told only as a number.
		More int `json:"more"`
	} `json:"data"`
}

func (s *Settings) webhookTo(d *Destination, to string) error {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Fragment != "" {
		return &Error{"the address of a webhook cannot be read", "write it as https://hooks.example.org/onrecord"}
	}
	d.label, d.secrets = u.Scheme+"://"+u.Host+"/…", append(secretsOf(u), string(s.Secret))
	d.channel = &webhook{to, s.Secret, s.guardOf(u.Hostname()).client(), time.Now}
	return nil
}

func (w *webhook) send(ctx context.Context, m *Message) error {
	now := w.now().UTC()
	p := Payload{Type: "onrecord.notice", Timestamp: now.Format(time.RFC3339)}
	p.Data.ID, p.Data.Rule, p.Data.Subject, p.Data.Notices, p.Data.More = m.ID, m.Rule, m.Subject, m.Notices, m.More
	if m.Own {
		p.Data.Text = m.Text
	}
	body, err := json.Marshal(&p)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	at := strconv.FormatInt(now.Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "onrecord")
	req.Header.Set("webhook-id", m.ID)
	req.Header.Set("webhook-timestamp", at)
	if len(w.secret) > 0 {
		req.Header.Set("webhook-signature", Sign(w.secret, m.ID, at, body))
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode/100 == 2 {
		return nil
	}
	return &refusal{fmt.Sprintf("it answers with status %d", resp.StatusCode), retryAfter(resp, now), resp.StatusCode == http.StatusGone}
}

// Sign is the signature of a webhook: what the receiver compares with the header webhook-signature. at is the header
// webhook-timestamp.
func Sign(secret []byte, id, at string, body []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(id + "." + at + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// minSecret is the least length of a webhook's secret in bytes.
const minSecret = 16

// ParseSecret reads a webhook's secret: "whsec_" and base64, as the specification has it, or any text of at least 16 bytes.
// Errors are [*Error].
func ParseSecret(s string) ([]byte, error) {
	secret := []byte(s)
	if b, ok := strings.CutPrefix(s, "whsec_"); ok {
		var err error
		if secret, err = base64.StdEncoding.DecodeString(b); err != nil {
			return nil, &Error{"what follows whsec_ in the secret is no base64", "make one with: echo whsec_$(openssl rand -base64 32)"}
		}
	}
	if len(secret) < minSecret {
		return nil, &Error{fmt.Sprintf("the secret has %d bytes, fewer than %d", len(secret), minSecret), "make one with: echo whsec_$(openssl rand -base64 32)"}
	}
	return secret, nil
}

// maxRetryAfter bounds how long a receiver can ask to be left alone.
const maxRetryAfter = 24 * time.Hour

// retryAfter is how long the receiver asks to be left alone (RFC 9110, section 10.2.3); 0 when it does not.
func retryAfter(r *http.Response, now time.Time) time.Duration {
	v := r.Header.Get("Retry-After")
	d := time.Duration(0)
	if n, err := strconv.Atoi(v); err == nil {
		d = time.Duration(min(max(n, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if t, err := http.ParseTime(v); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}

package record

import (
	"context"
	"fmt"

	"github.com/onrecord/onrecord/archive"
	"github.com/onrecord/onrecord/crawler"
)

// collapsed reports whether so much of a text is gone, or so little of it is left in common, that a second look is due
// before it is believed: sites fail to fill their pages now and then, and domains lapse.
func collapsed(old, now *archive.Reading) bool {
	before, after := words(old.Text), words(now.Text)
	if before < 40 {
		return false
	}
	return after*5 < before*2 || replaced(old, now)
}

// replaced reports whether nearly nothing of a statement is left, its title neither. Pairs of words are compared, since
// any two texts of one language have many words in common.
func replaced(old, now *archive.Reading) bool {
	return old.Title != now.Title && pairsInCommon(old.Text, now.Text)*10 < min(words(old.Text), words(now.Text))
}

// secondLook fetches the page once more. A loss that is still there is believed; one that is not is recorded as a
// failed visit, and the second look takes its place as the page's visit. A page that was rendered in part is believed
// when it reads the same twice.
func (r *Recorder) secondLook(ctx context.Context, v *Visit, c *archive.Capture, last *archive.Version, reading *archive.Reading, lay manner) error {
	again := v.Again(ctx)
	second, err := r.lookAgain(ctx, v, again, last, lay)
	if err != nil {
		return err
	}
	part := partly(c.Flags)
	if second.reading != nil && second.reading.Text != reading.Text {
		c.Outcome, c.Reason = archive.Failed, ReasonLoss
		if part {
			c.Reason = ReasonPartial
		}
		c.Detail = fmt.Sprintf("%d words at the first look, %d at the second", words(reading.Text), words(second.reading.Text))
		if _, err := r.Store.Commit(ctx, c, nil); err != nil {
			return err
		}
		if err := r.keepCertificates(ctx, again); err != nil {
			return err
		}
		return r.takeSecond(ctx, v, c, captureOf(again, archive.Sum(again.Raw)), last, &second)
	}
	if part && second.reading == nil {
		c.Outcome, c.Reason, c.Detail = archive.Failed, ReasonPartial, "no text at the second look: "+again.Detail+second.reason
		return nil
	}
	if last != nil && collapsed(&last.Reading, reading) && v.shown.failing(v.Page) && second.failing {
		c.Outcome, c.Reason = archive.Failed, ReasonPartial
		return nil // most of the text is gone, and the site does not answer the scripts that fill it in
	}
	c.Reading = reading
	if last != nil && collapsed(&last.Reading, reading) {
		c.Flags = append(c.Flags, FlagLossConfirmed)
	}
	if last != nil && replaced(&last.Reading, reading) {
		c.Flags = append(c.Flags, FlagOwner)
	}
	return nil
}

// lookAgain reads the page of a second look as the first one was read; a page that did not come, or cannot be parsed,
// gives no reading.
func (r *Recorder) lookAgain(ctx context.Context, v *Visit, again *crawler.Page, last *archive.Version, lay manner) (look, error) {
	if again.Outcome != crawler.Fetched {
		return look{}, nil
	}
	p, err := parse(sourceOf(again))
	if err != nil {
		return look{}, nil // as a page without a text
	}
	l, err := r.see(ctx, v, again, p, lay)
	if err != nil || l.reading == nil {
		return l, err
	}
	now, flags, err := r.steady(ctx, l.parsed, lay, last, l.reading)
	l.reading, l.flags = now, append(l.flags, flags...)
	return l, err
}

// takeSecond makes the second look the page's visit. One that was cut off too, and reads as nothing on record does, is no
// version.
func (r *Recorder) takeSecond(ctx context.Context, v *Visit, c, again *archive.Capture, last *archive.Version, second *look) error {
	again.Site, again.OnChange = c.Site, c.OnChange
	*c = *again
	if v.Step != nil {
		if _, err := r.inOrder(ctx, c); err != nil {
			return err
		}
	}
	second.into(c)
	if cutOff(second.flags) && (last == nil || last.Text != second.reading.Text) {
		c.Outcome, c.Reason, c.Detail = archive.Failed, ReasonPartial, "two looks differ, and neither shows the whole page"
		return nil
	}
	c.Reading = second.reading
	return nil
}

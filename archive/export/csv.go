package export

import (
	"bufio"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/archive"
)

// csv writes a row a version (RFC 4180): a header, rows that end with CRLF, quotation marks where they are needed, line
// ends inside a cell as they are. It is UTF-8 without a mark.
type csv struct {
	w     *bufio.Writer
	safe  bool // see Options.Spreadsheet
	began bool
}

// columns are the names of the columns; text is the last.
var columns = []string{
	"url", "version", "text_digest", "title", "published", "modified", "authors", "topics", "language", "first_seen",
	"last_seen", "captures", "kind", "silent", "touched", "words_added", "words_removed", "restores", "site",
	"site_name", "media_type", "raw_digest", "text",
}

func (c *csv) version(v archive.Version, p archive.Page) error {
	if err := c.header(); err != nil {
		return err
	}
	return c.row([]string{
		v.URL, strconv.Itoa(v.Number), v.TextDigest().String(), v.Title, v.Published, v.Modified,
		strings.Join(v.Authors, "; "), strings.Join(v.Topics, "; "), v.Language, Time{v.FirstSeen}.String(),
		Time{v.LastSeen}.String(), strconv.Itoa(v.Captures), string(v.Change.Kind),
		strconv.FormatBool(v.Change.Silent), strconv.FormatBool(v.Change.Touched), strconv.Itoa(v.Change.WordsAdded),
		strconv.Itoa(v.Change.WordsRemoved), strconv.Itoa(v.Change.Restores), p.Site, v.SiteName, v.MediaType,
		v.RawDigest.String(), v.Text,
	})
}

// header writes the header once.
func (c *csv) header() error {
	if c.began {
		return nil
	}
	c.began = true
	return c.row(columns)
}

func (c *csv) row(cells []string) error {
	for i, cell := range cells {
		if i > 0 {
			c.w.WriteByte(',')
		}
		if c.safe && cell != "" && strings.Contains("=+-@\t\r", cell[:1]) {
			cell = "'" + cell
		}
		if strings.ContainsAny(cell, "\",\r\n") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		c.w.WriteString(cell)
	}
	_, err := c.w.WriteString("\r\n")
	return err // bufio keeps the first error
}

package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Bytes is a number of bytes written as "200MB" or "1.5GiB"; a number alone counts bytes. It is a flag's value too.
type Bytes int64

// units are what a number of bytes can end with; KB is a thousand, KiB 1024 (IEC 80000-13).
var units = []struct {
	name string
	of   float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12}, {"b", 1},
}

// bytesHint says how bytes are written.
const bytesHint = "write a number of bytes such as 200MB or 1GiB"

// ParseBytes reads a number of bytes, with a unit or without.
func ParseBytes(s string) (Bytes, error) {
	number, unit := strings.ToLower(strings.TrimSpace(s)), 1.0
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.of
			break
		}
	}
	if strings.Trim(number, "0123456789.") != "" {
		return 0, fmt.Errorf("%q is no number of bytes", s)
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n*unit >= math.MaxInt64 {
		return 0, fmt.Errorf("%q is no number of bytes", s)
	}
	return Bytes(n * unit), nil
}

// UnmarshalYAML reads the form of [ParseBytes].
func (b *Bytes) UnmarshalYAML(n ast.Node) error {
	s := ""
	switch n := n.(type) {
	case *ast.StringNode:
		s = n.Value
	case *ast.IntegerNode:
		s = n.Token.Value
	}
	v, err := ParseBytes(s)
	if err != nil {
		return at(n, "is no number of bytes", bytesHint)
	}
	*b = v
	return nil
}

// String is the number as [ParseBytes] reads it.
func (b *Bytes) String() string { return strconv.FormatInt(int64(*b), 10) }

// Set reads a flag.
func (b *Bytes) Set(s string) error {
	v, err := ParseBytes(s)
	if err != nil {
		return fmt.Errorf("%w: %s", err, bytesHint)
	}
	*b = v
	return nil
}

// Type is what help calls the flag's value.
func (b *Bytes) Type() string { return "bytes" }

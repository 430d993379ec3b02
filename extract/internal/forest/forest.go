// Package forest weighs a row of whole numbers with gradient-boosted trees and fits such trees to examples. [Forest.Score]
// works in whole numbers only, so a score is the same on every machine. [Parse] and [Forest.Marshal] read and write the
// text form in which fitted weights are kept beside the code that uses them. It knows nothing of pages.
package forest

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Forest is a sum of decision trees. The zero value scores 0.
type Forest struct {
	// Signs name the numbers of a row, in order.
	Signs []string
	// Base is the score before any tree, in thousandths of a natural logarithm of odds, as all scores are.
	Base  int32
	Trees []Tree
}

// Tree is a list of nodes; the first is the root.
type Tree []Node

// Node asks whether a number of the row is at most At, and goes on at Next if so, else at the node after that; a leaf has
// Sign -1 and adds At.
type Node struct {
	Sign, Next int16
	At         int32
}

// Hopeless is the sum under which Score asks no further trees: what a quarter of the trees are so sure of stays a no.
const Hopeless = -3000

// Score is the sum over the trees: above 0 a yes is more likely than a no. It stops early below Hopeless.
func (f *Forest) Score(row []int32) int32 {
	sum := f.Base
	for _, t := range f.Trees {
		sum += t.leaf(row)
		if sum < Hopeless {
			break
		}
	}
	return sum
}

// leaf is what the tree adds for a row.
func (t Tree) leaf(row []int32) int32 {
	n := t[0]
	for n.Sign >= 0 {
		next := n.Next
		if row[n.Sign] > n.At {
			next++
		}
		n = t[next]
	}
	return n.At
}

// Marshal writes the forest as text: the names of its signs, the base, then a tree a line as nodes "sign:at:next" and
// leaves "=value".
func (f *Forest) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "signs %s\nbase %d\n", strings.Join(f.Signs, ","), f.Base)
	for _, t := range f.Trees {
		for i, n := range t {
			if i > 0 {
				b.WriteByte(' ')
			}
			if n.Sign < 0 {
				fmt.Fprintf(&b, "=%d", n.At)
			} else {
				fmt.Fprintf(&b, "%d:%d:%d", n.Sign, n.At, n.Next)
			}
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// Parse reads what Marshal wrote. Every node must lead onward to later nodes, so that Score always ends.
func Parse(data []byte) (*Forest, error) {
	f := &Forest{}
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, 4<<20)
	for line := 1; sc.Scan(); line++ {
		s := sc.Text()
		switch {
		case strings.HasPrefix(s, "#") || s == "":
		case strings.HasPrefix(s, "signs "):
			f.Signs = strings.Split(s[len("signs "):], ",")
		case strings.HasPrefix(s, "base "):
			n, err := strconv.ParseInt(s[len("base "):], 10, 32)
			if err != nil {
				return nil, fmt.Errorf("parse forest: line %d: %w", line, err)
			}
			f.Base = int32(n)
		default:
			t, err := parseTree(s, len(f.Signs))
			if err != nil {
				return nil, fmt.Errorf("parse forest: line %d: %w", line, err)
			}
			f.Trees = append(f.Trees, t)
		}
	}
	return f, sc.Err()
}

func parseTree(s string, signs int) (Tree, error) {
	fields := strings.Fields(s)
	if len(fields) > math.MaxInt16 || signs > math.MaxInt16 {
		return nil, fmt.Errorf("%d nodes are too many", len(fields))
	}
	t := make(Tree, 0, len(fields))
	for i, w := range fields {
		if v, ok := strings.CutPrefix(w, "="); ok {
			n, err := strconv.ParseInt(v, 10, 32)
			if err != nil {
				return nil, err
			}
			t = append(t, Node{Sign: -1, At: int32(n)})
			continue
		}
		var v [3]int32
		parts := strings.Split(w, ":")
		if len(parts) != len(v) {
			return nil, fmt.Errorf("node %q", w)
		}
		for j, p := range parts {
			n, err := strconv.ParseInt(p, 10, 32)
			if err != nil {
				return nil, err
			}
			v[j] = int32(n)
		}
		if v[0] < 0 || int(v[0]) >= signs || int(v[2]) <= i || int(v[2])+1 >= len(fields) {
			return nil, fmt.Errorf("node %q leads nowhere", w)
		}
		t = append(t, Node{Sign: int16(v[0]), Next: int16(v[2]), At: v[1]})
	}
	if len(t) == 0 {
		return nil, fmt.Errorf("no nodes")
	}
	return t, nil
}

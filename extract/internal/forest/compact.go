package forest

import "math"

// Compact is a forest laid out for scoring: the nodes of all trees in one table, so that a step is two loads and a
// subtraction and never a jump that a processor has to guess. It is made by [Forest.Compact] and safe for concurrent use.
type Compact struct {
	base  int32
	width int
	nodes []node
	value []int32 // what a node adds when a row stays there
	teams []team
}

// node holds, from its highest bits on, where the row goes on (16 bits), its sign (16) and At (32): at next when the
// row's number is at most At, else at the node after that. A leaf goes on at itself, whatever the number is.
type node uint64

func newNode(next, sign int16, at int32) node {
	return node(uint16(next))<<48 | node(uint16(sign))<<32 | node(uint32(at))
}

// step is where a row goes on: the sign bit of the difference is 1 for a number over At.
func (n node) step(row []int32) uint {
	return uint(n>>48) + uint(uint64(int64(int32(n))-int64(row[n>>32&0xffff]))>>63)
}

// teamSize is how many trees are walked side by side: while one waits for memory, the others go on.
const teamSize = 6

// team is six trees that are walked side by side: their roots, and how many steps the deepest takes. Where the number of
// trees is no multiple of six, the last ones are leaves that add nothing.
type team struct {
	root  [teamSize]int16
	steps int
}

// Compact lays the forest out for scoring. It gives nil when the forest has more nodes than the layout can name
// (32,767), or no signs.
func (f *Forest) Compact() *Compact {
	c := &Compact{base: f.Base, width: len(f.Signs)}
	n := 1
	for _, t := range f.Trees {
		n += len(t)
	}
	if n > math.MaxInt16 || len(f.Signs) == 0 {
		return nil
	}
	c.nodes, c.value = make([]node, 0, n), make([]int32, 0, n)
	nothing := c.leaf(0)
	for i := 0; i < len(f.Trees); i += teamSize {
		q := team{root: [teamSize]int16{nothing, nothing, nothing, nothing, nothing, nothing}}
		for k, t := range f.Trees[i:min(i+teamSize, len(f.Trees))] {
			q.root[k] = int16(len(c.nodes))
			q.steps = max(q.steps, c.add(t))
		}
		c.teams = append(c.teams, q)
	}
	return c
}

// leaf appends a leaf and returns its place.
func (c *Compact) leaf(value int32) int16 {
	at := int16(len(c.nodes))
	c.nodes = append(c.nodes, newNode(at, 0, math.MaxInt32))
	c.value = append(c.value, value)
	return at
}

// add appends a tree and returns how many steps lead to its deepest leaf.
func (c *Compact) add(t Tree) int {
	first := int16(len(c.nodes))
	depth := make([]int, len(t))
	deepest := 0
	for i, n := range t {
		deepest = max(deepest, depth[i])
		if n.Sign < 0 {
			c.leaf(n.At)
			continue
		}
		c.nodes = append(c.nodes, newNode(first+n.Next, n.Sign, n.At))
		c.value = append(c.value, 0)
		depth[n.Next], depth[n.Next+1] = depth[i]+1, depth[i]+1
	}
	return deepest
}

// Score is the score that the forest itself gives, see [Forest.Score]; the row must have a number for each sign.
func (c *Compact) Score(row []int32) int32 {
	row, nodes, value := row[:c.width], c.nodes, c.value
	sum := c.base
	for i := range c.teams {
		q := &c.teams[i]
		k0, k1, k2 := uint(q.root[0]), uint(q.root[1]), uint(q.root[2])
		k3, k4, k5 := uint(q.root[3]), uint(q.root[4]), uint(q.root[5])
		for range q.steps {
			k0, k1, k2 = nodes[k0].step(row), nodes[k1].step(row), nodes[k2].step(row)
			k3, k4, k5 = nodes[k3].step(row), nodes[k4].step(row), nodes[k5].step(row)
		}
		for _, k := range [...]uint{k0, k1, k2, k3, k4, k5} {
			if sum += value[k]; sum < Hopeless {
				return sum
			}
		}
	}
	return sum
}

package catalog

// Node is a category in its place in the tree.
type Node struct {
	*Category
	Depth int // 0 at the top
	First bool
	Last  bool // among its siblings
	Below int  // how many categories are below it
}

// tree puts categories, given with siblings in order, into depth-first order. One whose parent is gone stands at the top.
func tree(all []Category) []Node {
	known := map[string]bool{}
	for i := range all {
		known[all[i].ID] = true
	}
	children := map[string][]*Category{}
	for i := range all {
		parent := all[i].ParentID
		if !known[parent] {
			parent = ""
		}
		children[parent] = append(children[parent], &all[i])
	}
	var out []Node
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		siblings := children[parent]
		for i, c := range siblings {
			at := len(out)
			out = append(out, Node{Category: c, Depth: depth, First: i == 0, Last: i == len(siblings)-1})
			walk(c.ID, depth+1)
			out[at].Below = len(out) - at - 1
		}
	}
	walk("", 0)
	return out
}

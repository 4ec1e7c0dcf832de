package web

import "text/template/parse"

// walk visits every {{template}} call below a node.
func walk(n parse.Node, visit func(*parse.TemplateNode)) {
	branch := func(b *parse.BranchNode) {
		walk(b.List, visit)
		if b.ElseList != nil {
			walk(b.ElseList, visit)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			walk(child, visit)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		visit(n)
	}
}

func renameCalls(n parse.Node, rename map[string]string) {
	walk(n, func(call *parse.TemplateNode) {
		if to, ok := rename[call.Name]; ok {
			call.Name = to
		}
	})
}

func calls(n parse.Node) []string {
	var out []string
	walk(n, func(call *parse.TemplateNode) { out = append(out, call.Name) })
	return out
}

package main

import (
	"path"
	"strings"
)

// kept is a tree of the paths that are never touched. A nil tree keeps nothing.
type kept struct {
	// whole: this path and everything below it stays.
	whole    bool
	children map[string]*kept
}

// parseKeep reads colon separated absolute paths below root; it answers how many it could not use.
func parseKeep(list, root string) (*kept, int) {
	tree := &kept{}
	unusable := 0
	for _, entry := range strings.Split(list, ":") {
		if entry == "" {
			continue
		}
		below, found := strings.CutPrefix(path.Clean(entry), path.Clean(root))
		if !found || (below != "" && below[0] != '/') {
			unusable++
			continue
		}
		node := tree
		for _, name := range strings.Split(below, "/") {
			if name != "" {
				node = node.make(name)
			}
		}
		node.whole = true
	}
	return tree, unusable
}

func (k *kept) make(name string) *kept {
	if k.children == nil {
		k.children = map[string]*kept{}
	}
	if k.children[name] == nil {
		k.children[name] = &kept{}
	}
	return k.children[name]
}

func (k *kept) child(name string) *kept {
	if k == nil {
		return nil
	}
	return k.children[name]
}

func (k *kept) isWhole() bool { return k != nil && k.whole }

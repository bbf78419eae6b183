/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_RBTREE_H
#define SHIM_RBTREE_H

/* Sorted trees with the kernel's interface, as far as it is used: libbsd's. */
#include <bsd/sys/tree.h>
#include <linux/kernel.h>
#include <linux/types.h>

struct rb_node {
	RB_ENTRY(rb_node) links;
};

RB_HEAD(shim_tree, rb_node);

struct rb_root_cached {
	struct shim_tree tree;
	struct rb_node *first;
};

typedef bool shim_less(struct rb_node *node, const struct rb_node *other);

/* Whom is the one that is being inserted to be before? */
static __thread shim_less *shim_is_less;

static inline int shim_compare(struct rb_node *node, struct rb_node *other)
{
	return shim_is_less(node, other) ? -1 : 1;
}

RB_GENERATE_INTERNAL(shim_tree, rb_node, links, shim_compare,
		     __attribute__((unused)) static)

#define RB_ROOT_CACHED		((struct rb_root_cached) {})
#define rb_first_cached(root)	((root)->first)
#define rb_entry(node, type, member)	container_of(node, type, member)

static inline struct rb_node *rb_next(const struct rb_node *node)
{
	return RB_NEXT(shim_tree, NULL, (struct rb_node *)node);
}

static inline void rb_add_cached(struct rb_node *node,
				 struct rb_root_cached *root, shim_less *less)
{
	if (!root->first || less(node, root->first))
		root->first = node;
	shim_is_less = less;
	RB_INSERT(shim_tree, &root->tree, node);
}

static inline void rb_erase_cached(struct rb_node *node,
				   struct rb_root_cached *root)
{
	if (root->first == node)
		root->first = rb_next(node);
	RB_REMOVE(shim_tree, &root->tree, node);
}

#endif

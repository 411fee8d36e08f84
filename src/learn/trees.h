/* trees.h - what a forest of regression trees says, read from XGBoost's own model bytes (UBJSON), by ourselves.
 *
 * Prediction needs no library: a tree is compares of floats, a forest the sum of one leaf per tree in the order of the trees, in float. That gives the
 * margins XGBoost gives, on every CPU, whatever the threads and batches; docs/decisions/0008.
 * Bytes from outside: everything is checked before the first prediction, and what does not hold is refused with its reason. */
#pragma once
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

enum { TREES_MOST = 5000, TREE_NODES_MOST = 1 << 16 };

typedef struct TreeNode {
    int32_t feature;             /* < 0: a leaf */
    int32_t right;               /* the left child stands right behind its parent */
    float value;                 /* feature < value goes left; of a leaf: what it adds */
    int32_t unknown_left;        /* NaN goes left */
} TreeNode;

typedef struct Trees {
    int count, features;
    const int32_t *root;         /* index of each tree's first node */
    const TreeNode *node;
    int nodes;
} Trees;

/* `features`: how many numbers a row will have. Lives in `arena`. ERR_CORRUPT names the byte or the tree. */
Err trees_read(Text bytes, int features, Arena *arena, Trees *out, Why *why);
float trees_margin(const Trees *trees, const float *features);

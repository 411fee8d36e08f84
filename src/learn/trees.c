/* Of XGBoost's document only this is read (the rest is skipped):
 *
 *     learner.learner_model_param.base_score         must be 0: the base is ours
 *     learner.gradient_booster.model.trees[]         left_children right_children split_indices split_conditions default_left
 *
 * A tree is copied parent, left branch, right branch; a node that is reached twice, or lies outside, is refused, so a walk always ends. */
#include "learn/trees.h"

#include <string.h>

#include "base/list.h"
#include "learn/ubj.h"

typedef LIST(TreeNode) NodeList;
typedef LIST(int32_t) RootList;
typedef struct Reader { Ubj u; NodeList nodes; RootList roots; int features; bool base_is_zero; Why *why; } Reader;

static Err wrong(Reader *r, const char *what) {
    return fail(r->why, ERR_CORRUPT, "the model is not readable at byte %zu: %s", (size_t)(r->u.at - r->u.start), what);
}

/* One object: calls `member` for each key, which reads the value; what it does not know it skips. */
typedef Err Member(Reader *r, Text key, void *self);
static Err object_read(Reader *r, Member *member, void *self) {
    if (!ubj_next_is(&r->u, '{')) return wrong(r, "an object should stand here");
    while (!ubj_next_is(&r->u, '}')) {
        Text key;
        if (!ubj_key(&r->u, &key)) return wrong(r, "a name should stand here");
        TRY(member(r, key, self));
    }
    return OK;
}

static Err skip(Reader *r) { return ubj_skip(&r->u) ? OK : wrong(r, "the value is cut off, too deep or of an unknown type"); }

/* ---- one tree ---- */

enum { LEFT, RIGHT, FEATURE, VALUE, DEFAULT_LEFT, COLUMNS };
static const char *const column_names[COLUMNS] = { "left_children", "right_children", "split_indices", "split_conditions", "default_left" };
typedef struct Columns { UbjNumbers of[COLUMNS]; bool found[COLUMNS]; } Columns;

static Err column_read(Reader *r, Text key, void *self) {
    Columns *columns = self;
    for (int c = 0; c < COLUMNS; c++) {
        if (!text_equal(key, text_of(column_names[c]))) continue;
        if (!ubj_numbers(&r->u, &columns->of[c])) return wrong(r, "a list of numbers should stand here");
        if (c == VALUE ? columns->of[c].type != 'd' : !ubj_are_whole(&columns->of[c])) return wrong(r, "its numbers are of another type than a tree has");
        columns->found[c] = true;
        return OK;
    }
    return skip(r);
}

static Err branch_copy(Reader *r, const Columns *columns, size_t *left_nodes, int64_t at, int depth) {
    int64_t count = columns->of[LEFT].count;
    int tree = (int)r->roots.count;
    if (at < 0 || at >= count) return fail(r->why, ERR_CORRUPT, "tree %d of the model points outside itself", tree);
    if (*left_nodes == 0 || depth > 200) return fail(r->why, ERR_CORRUPT, "tree %d of the model does not end", tree);
    --*left_nodes;
    int64_t left = (int64_t)ubj_number(&columns->of[LEFT], at), right = (int64_t)ubj_number(&columns->of[RIGHT], at);
    float value = (float)ubj_number(&columns->of[VALUE], at);
    if (!__builtin_isfinite(value)) return fail(r->why, ERR_CORRUPT, "tree %d of the model holds a value that is no number", tree);
    size_t here = r->nodes.count;
    list_push(&r->nodes, (TreeNode){ .feature = -1, .value = value });
    if (left == -1 && right == -1) return OK;
    int64_t feature = (int64_t)ubj_number(&columns->of[FEATURE], at);
    if (feature < 0 || feature >= r->features) return fail(r->why, ERR_CORRUPT, "tree %d of the model asks for feature %lld of %d", tree, (long long)feature, r->features);
    r->nodes.at[here].feature = (int32_t)feature;
    r->nodes.at[here].unknown_left = ubj_number(&columns->of[DEFAULT_LEFT], at) != 0;
    TRY(branch_copy(r, columns, left_nodes, left, depth + 1));
    r->nodes.at[here].right = (int32_t)r->nodes.count;
    return branch_copy(r, columns, left_nodes, right, depth + 1);
}

static Err tree_read(Reader *r) {
    Columns columns = { 0 };
    TRY(object_read(r, column_read, &columns));
    for (int c = 0; c < COLUMNS; c++)
        if (!columns.found[c] || columns.of[c].count != columns.of[LEFT].count || columns.of[c].count < 1 || columns.of[c].count > TREE_NODES_MOST)
            return wrong(r, "a tree lacks a column, or its columns differ in length");
    if (r->roots.count == TREES_MOST) return wrong(r, "there are too many trees");
    size_t left_nodes = (size_t)columns.of[LEFT].count;
    list_push(&r->roots, (int32_t)r->nodes.count);
    return branch_copy(r, &columns, &left_nodes, 0, 0);
}

/* ---- the way down to the trees ---- */

static Err model_member(Reader *r, Text key, void *self) {
    (void)self;
    if (!text_equal(key, text_of("trees"))) return skip(r);
    int64_t trees;
    if (!ubj_list(&r->u, &trees)) return wrong(r, "a list of trees should stand here");
    while (ubj_more(&r->u, &trees)) TRY(tree_read(r));
    return OK;
}

static Err booster_member(Reader *r, Text key, void *self) {
    return text_equal(key, text_of("model")) ? object_read(r, model_member, self) : skip(r);
}

static bool is_zero(Text number) {
    for (size_t i = 0; i < number.length && number.at[i] != 'E' && number.at[i] != 'e'; i++)
        if (number.at[i] != '0' && number.at[i] != '.' && number.at[i] != '-') return false;
    return number.length > 0;
}

static Err param_member(Reader *r, Text key, void *self) {
    (void)self;
    Text value;
    if (!text_equal(key, text_of("base_score"))) return skip(r);
    if (!ubj_text(&r->u, &value)) return wrong(r, "a text should stand here");
    r->base_is_zero = is_zero(value);
    return OK;
}

static Err learner_member(Reader *r, Text key, void *self) {
    if (text_equal(key, text_of("gradient_booster"))) return object_read(r, booster_member, self);
    return text_equal(key, text_of("learner_model_param")) ? object_read(r, param_member, self) : skip(r);
}

static Err top_member(Reader *r, Text key, void *self) {
    return text_equal(key, text_of("learner")) ? object_read(r, learner_member, self) : skip(r);
}

static Err document_read(Reader *r) {
    TRY(object_read(r, top_member, NULL));
    if (r->u.at != r->u.end) return wrong(r, "more bytes follow the model");
    if (r->roots.count == 0) return wrong(r, "it holds no tree");
    if (!r->base_is_zero) return wrong(r, "its base score is not 0: it was not trained here");
    return OK;
}

Err trees_read(Text bytes, int features, Arena *arena, Trees *out, Why *why) {
    Reader reader = { .u = ubj_of(bytes), .features = features, .why = why };
    Err err = document_read(&reader);
    if (err == OK) {
        TreeNode *node = many_in(arena, TreeNode, reader.nodes.count);
        int32_t *root = many_in(arena, int32_t, reader.roots.count);
        memcpy(node, reader.nodes.at, reader.nodes.count * sizeof *node);
        memcpy(root, reader.roots.at, reader.roots.count * sizeof *root);
        *out = (Trees){ .count = (int)reader.roots.count, .features = features, .root = root, .node = node, .nodes = (int)reader.nodes.count };
    }
    list_end(&reader.nodes);
    list_end(&reader.roots);
    return err;
}

static float tree_leaf(const TreeNode *node, int32_t at, const float *features) {
    while (node[at].feature >= 0) {
        float value = features[node[at].feature];
        bool left = value != value ? node[at].unknown_left : value < node[at].value;
        at = left ? at + 1 : node[at].right;
    }
    return node[at].value;
}

float trees_margin(const Trees *trees, const float *features) {
    float sum = 0;
    for (int t = 0; t < trees->count; t++) sum += tree_leaf(trees->node, trees->root[t], features);
    return sum;
}

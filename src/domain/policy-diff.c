#include <string.h>

#include "base/json.h"
#include "base/list.h"
#include "base/map.h"
#include "domain/policy.h"

enum { PATHS_MOST = 100000 };

typedef struct Leaf { const char *path, *text; } Leaf;
typedef LIST(Leaf) Leaves;

/* Every leaf (and every empty list or object) by its path. Rules and sinks go by their id, so that a rule put in front
 * does not make all that follow look changed. */
static void flatten(Arena *arena, const JsonValue *value, const char *path, Text document, Leaves *leaves) {
    bool list = value->kind == JSON_ARRAY;
    if ((list || value->kind == JSON_OBJECT) && value->count > 0) {
        int index = 0;
        json_each(child, value) {
            const JsonValue *id = list ? json_get(child, json_get(child, "id") ? "id" : "name") : NULL;
            const char *below = !list ? text_format(arena, *path ? "%s.%s" : "%s%s", path, child->name)
                              : json_is(id, JSON_STRING) ? text_format(arena, "%s[%.*s]", path, TEXT_ARGS(id->text))
                              : text_format(arena, "%s[%d]", path, index);
            flatten(arena, child, below, document, leaves);
            index++;
        }
        return;
    }
    list_push(leaves, (Leaf){ path, text_keep(arena, text_part(document, value->from, value->to)) });
}

static void leaves_end(Leaves *leaves) { list_end(leaves); }

Err policy_diff(Arena *arena, Text old_json, Text new_json, PolicyChange **out_changes, int *out_count, Why *why) {
    const JsonValue *old_root, *new_root;
    own(leaves_end) Leaves old_leaves = { 0 }, new_leaves = { 0 };
    TRY_DOING(json_parse(arena, old_json, &old_root, why), "the policy in force");
    TRY_DOING(json_parse(arena, new_json, &new_root, why), "the new policy");
    flatten(arena, old_root, "", old_json, &old_leaves);
    flatten(arena, new_root, "", new_json, &new_leaves);
    own(text_map_end) TextMap *places = text_map_begin(PATHS_MOST);
    for (size_t i = 0; i < old_leaves.count; i++) text_map_set(places, text_of(old_leaves.at[i].path), (int64_t)i);
    PolicyChange *changes = many_in(arena, PolicyChange, old_leaves.count + new_leaves.count + 1);
    int count = 0;
    for (size_t i = 0; i < new_leaves.count; i++) {
        const Leaf *leaf = &new_leaves.at[i];
        int64_t place = text_map_or(places, text_of(leaf->path), -1);
        const char *old_text = place < 0 ? NULL : old_leaves.at[place].text;
        if (!old_text || strcmp(old_text, leaf->text) != 0) changes[count++] = (PolicyChange){ leaf->path, old_text, leaf->text };
        if (old_text) old_leaves.at[place].path = NULL;
    }
    for (size_t i = 0; i < old_leaves.count; i++)
        if (old_leaves.at[i].path) changes[count++] = (PolicyChange){ old_leaves.at[i].path, old_leaves.at[i].text, NULL };
    *out_changes = changes;
    *out_count = count;
    return OK;
}

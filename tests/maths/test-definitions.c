/* Every file of tests/cases/definitions is a claim: see definitions.h. */
#include "tests/maths/definitions.h"

#include <stdlib.h>

#include "base/file.h"
#include "near.h"

static double number_of(const Definition *d, const JsonValue *value, const char *what) {
    if (!json_is(value, JSON_NUMBER)) fail_msg("%s: %s is missing or no number", d->file, what);
    return value ? strtod(value->text.at, NULL) : 0;
}

double definition_given(const Definition *d, const char *section, const char *key) { return number_of(d, json_get(json_get(d->root, section), key), key); }

double definition_at(const Definition *d, const char *section, const char *key, size_t index) {
    return number_of(d, json_at(json_get(json_get(d->root, section), key), index), key);
}

size_t definition_count(const Definition *d, const char *section, const char *key) {
    const JsonValue *list = json_get(json_get(d->root, section), key);
    if (!json_is(list, JSON_ARRAY)) fail_msg("%s: %s is missing or no list", d->file, key);
    return list ? list->count : 0;
}

static double apart(double a, double b) { return a > b ? a - b : b - a; }

static const JsonValue *figure_of(const Definition *d, const char *name) {
    json_each(figure, json_get(d->root, "figures"))
        if (text_is(json_get(figure, "name") ? json_get(figure, "name")->text : text_of(""), name)) return figure;
    fail_msg("%s: a figure \"%s\" is played and not in the file", d->file, name);
    return NULL;
}

void definition_played(Definition *d, const char *name, double played) {
    const JsonValue *figure = figure_of(d, name), *quoted = json_get(figure, "quoted");
    double is = number_of(d, json_get(figure, "is"), "is"), error = number_of(d, json_get(figure, "error"), "error");
    d->figures++;
    if (getenv("DEFINITION_SHOW")) {
        printf("      %-24s %-36s played %8.5g is %8.5g, %.1f errors\n", d->file, name, played, is, error > 0 ? apart(played, is) / error : 0);
        return;
    }
    if (apart(played, is) > 4 * error + 1e-9) fail_msg("%s: %s: %.6g is played, the file says %.6g +- %.3g", d->file, name, played, is, error);
    if (json_is(quoted, JSON_NUMBER) && apart(number_of(d, quoted, "quoted"), is) > 4 * error && !json_get(figure, "why"))
        fail_msg("%s: %s: quoted further from what is played than four errors, and no why", d->file, name);
}

void definition_told(Definition *d, const char *name, double played, double told) {
    definition_played(d, name, played);
    double within = number_of(d, json_get(figure_of(d, name), "told_within"), "told_within");
    if (getenv("DEFINITION_SHOW")) printf("      %-61s told   %8.5g within %g\n", "", told, within);
    else if (apart(told, played) > within) fail_msg("%s: %s: %.6g is played and %.6g is told, more than %.3g apart", d->file, name, played, told, within);
}

static DefinitionPlay *play_of(const char *simulation) {
    const DefinitionRow *const tables[] = { definition_demand, definition_stock, definition_network };
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const DefinitionRow *row = tables[t]; row->name; row++)
            if (strcmp(row->name, simulation) == 0) return row->play;
    return NULL;
}

static void run_file(Arena *arena, const char *folder, const char *name) {
    Why why = { 0 };
    Text text;
    Definition d = { .file = name };
    int64_t seed = 0, times = getenv("DEFINITION_TIMES") ? atoll(getenv("DEFINITION_TIMES")) : 1;
    const char *simulation = "", *row = "", *about = "";
    CHECK_OK(file_read(arena, path_join(arena, folder, name), MiB, &text, &why));
    CHECK_OK(json_parse(arena, text, &d.root, &why));
    CHECK_OK(json_need_text(d.root, "row", &row, &why));
    CHECK_OK(json_need_text(d.root, "about", &about, &why));
    CHECK_OK(json_need_text(d.root, "simulation", &simulation, &why));
    CHECK_OK(json_need_int(d.root, "seed", &seed, &why));
    CHECK_OK(json_need_int(d.root, "runs", &d.runs, &why));
    if (!play_of(simulation)) fail_msg("%s: there is no simulation \"%s\"", name, simulation);
    d.runs *= times > 1 ? times : 1;
    d.rng = rng_of((uint64_t)seed);
    play_of(simulation)(&d);
    CHECK_EQ(d.figures, json_get(d.root, "figures")->count);
}

TEST(what_the_definitions_measured_is_played_again_and_told_by_the_product) {
    own(arena_end) Arena *arena = arena_begin(16 * MiB);
    Why why = { 0 };
    char **names;
    size_t count, ran = 0;
    const char *folder = text_format(arena, "%.*s/../cases/definitions", (int)(path_name(__FILE__) - __FILE__), __FILE__);
    for (int up = 0; up < 6 && !folder_exists(folder); up++) folder = text_format(arena, "%.*stests/cases/definitions", up * 3, "../../../../../");
    CHECK_OK(folder_list(arena, folder, 1000, &names, &count, &why));
    for (size_t i = 0; i < count; i++)
        if (text_ends(text_of(names[i]), ".json")) {
            run_file(arena, folder, names[i]);
            ran++;
        }
    CHECK(ran >= 15);
}

/* Every folder of tests/cases/ingest is a claim: input.csv and a map go in, expected.json says what must come out. Each case is also
 * imported twice (nothing changes) and retracted (nothing is left). */
#include <stdlib.h>

#include "tests/ingest/bench.h"

static const char *err_of(Err err) {
    return err == OK ? "ok" : err_name(err);
}

static void expect_text(const char *name, const JsonValue *wanted, const char *field, const char *is) {
    const JsonValue *value = json_get(wanted, field);
    if (value && !strstr(is, value->text.at)) fail_msg("%s: %s is \"%s\", without \"%s\"", name, field, is, value->text.at);
}

static void expect_int(const char *name, const JsonValue *wanted, const char *field, int64_t is) {
    Why why = { 0 };
    int64_t value = is;
    CHECK_OK(json_may_int(wanted, field, &value, &why));
    if (value != is) fail_msg("%s: %s is %lld, not %lld", name, field, (long long)is, (long long)value);
}

static void expect_errors(const char *name, const JsonValue *list, const ImportResult *result) {
    if (!list) return;
    if ((int)list->count != result->bad_listed) fail_msg("%s: %d errors, not %zu", name, result->bad_listed, list->count);
    int i = 0;
    json_each(wanted, list) {
        const BadRow *bad = &result->bad[i++];
        expect_int(name, wanted, "line", bad->line);
        expect_text(name, wanted, "field", bad->field);
        expect_text(name, wanted, "class", bad_class_names[bad->class]);
        expect_text(name, wanted, "message", bad->message);
        expect_text(name, wanted, "hint", bad->hint);
        CHECK(*bad->message);
        if (!*bad->hint) fail_msg("%s: \"%s\" does not say how to mend it", name, bad->message);
    }
}

static void expect_facts(const char *name, TestBench *bench, const JsonValue *list, const char *before) {
    if (!list) return;
    const char *now = bench_facts(bench, 0);
    size_t seen = 0;
    json_each(fact, list) {
        if (!strstr(now, fact->text.at)) fail_msg("%s: the fact is missing:\n%s\namong\n%s", name, fact->text.at, now);
        seen++;
    }
    size_t lines = 0, lines_before = 0;
    for (const char *at = now; *at; at++) lines += *at == '\n' || !at[1];
    for (const char *at = before; *at; at++) lines_before += *at == '\n' || !at[1];
    if (lines - lines_before != seen) fail_msg("%s: %zu facts, not %zu:\n%s", name, lines - lines_before, seen, now);
}

static void import_before(TestBench *bench, const char *masters, const JsonValue *list) {
    json_each(map, list) {
        const char *path = path_join(bench->arena, masters, text_format(bench->arena, "%s.csv", map->text.at));
        if (bench_import(bench, path, map->text.at) != OK) fail_msg("%s: %s", path, bench->why.message);
    }
}

static void run_case(const char *masters, const char *folder, const char *name) {
    TestBench bench;
    Why why = { 0 };
    Text text;
    const JsonValue *expected, *outcomes = NULL;
    const char *map = NULL, *input = "input.csv", *result;
    test_bench_begin(&bench);
    CHECK_OK(file_read(bench.arena, path_join(bench.arena, folder, "expected.json"), MiB, &text, &why));
    CHECK_OK(json_parse(bench.arena, text, &expected, &why));
    CHECK_OK(json_may_text(expected, "map", &map, &why));
    CHECK_OK(json_may_text(expected, "input", &input, &why));
    CHECK_OK(json_need_text(expected, "result", &result, &why));
    if (!map) map = path_join(bench.arena, folder, "map.json");
    const char *path = path_join(bench.arena, folder, input);
    import_before(&bench, masters, json_get(expected, "before"));
    const char *before = bench_facts(&bench, 0);

    Err err = bench_import(&bench, path, map);
    if (strcmp(err_of(err), result) != 0) fail_msg("%s: %s (%s), not %s", name, err_of(err), bench.why.message, result);
    expect_text(name, expected, "message", bench.why.message);
    expect_text(name, expected, "hint", bench.why.hint);
    expect_int(name, expected, "rows", bench.result.rows);
    expect_int(name, expected, "bad_rows", bench.result.bad_rows);
    CHECK_OK(json_may_object(expected, "outcomes", &outcomes, &why));
    for (int i = 0; outcomes && i < FACT_OUTCOME_COUNT_; i++) {
        int64_t wanted = 0;
        CHECK_OK(json_may_int(outcomes, fact_outcome_names[i], &wanted, &why));
        if (wanted != bench.result.outcomes[i]) fail_msg("%s: %lld facts are %s, not %lld", name, (long long)bench.result.outcomes[i], fact_outcome_names[i], (long long)wanted);
    }
    expect_errors(name, json_get(expected, "errors"), &bench.result);
    expect_facts(name, &bench, json_get(expected, "facts"), before);

    /* The same file twice changes nothing. */
    RowId last = log_last(bench.store);
    RowId document = bench.result.document;
    Err again = bench_import(&bench, path, map);
    if (err == OK || err == ERR_PARTIAL) {
        if (again != OK) fail_msg("%s again: %s", name, bench.why.message);
        CHECK(bench.result.already && bench.result.document.v == document.v);
        RowId retraction;
        CHECK_OK(import_retract(bench.store, document, "ann", "a test", &retraction, &why));
        CHECK_STR(before, bench_facts(&bench, 0));
        CHECK(bench_import(&bench, path, map) == err && !bench.result.already);
    } else {
        CHECK(again == err);
        CHECK(log_last(bench.store).v == last.v);
        CHECK_STR(before, bench_facts(&bench, 0));
    }
    test_bench_end(&bench);
}

TEST(every_case_of_ingest_gives_what_it_says) {
    own(arena_end) Arena *arena = arena_begin(16 * MiB);
    Why why = { 0 };
    const char *root = path_join(arena, source_root(arena), "tests/cases/ingest");
    const char *only = getenv("CASE");
    char **names;
    size_t count;
    CHECK_OK(folder_list(arena, root, 1000, &names, &count, &why));
    CHECK(count > 20);
    for (size_t i = 0; i < count; i++) {
        const char *folder = path_join(arena, root, names[i]);
        if (strcmp(names[i], "masters") == 0 || (only && strcmp(only, names[i]) != 0)) continue;
        run_case(path_join(arena, root, "masters"), folder, names[i]);
    }
}

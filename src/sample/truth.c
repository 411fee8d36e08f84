/* truth.c - what was planted, for tests only. */
#include "base/file.h"
#include "base/json.h"
#include "sample/stories.h"

typedef struct Telling { const char *id, *kind, *kinds[2], *forbidden[2]; } Telling;
static const Telling tellings[STORY_COUNT_] = {
    [STORY_WEATHER]   = { "weather-spike",    "buy",      { "buy" },                { "excess" } },
    [STORY_CONTAINER] = { "late-container",   "expedite", { "buy" },                { "excess" } },
    [STORY_UNIT]      = { "unit-of-measure",  "fix-data", { "fix-data" },           { "excess" } },
    [STORY_DRIFT]     = { "supplier-drift",   "buy",      { "buy" },                { "excess" } },
    [STORY_FEED]      = { "dead-feed",        "fix-data", { "fix-data" },           { "buy", "excess" } },
    [STORY_OBSOLETE]  = { "obsolete-stock",   "excess",   { "excess" },             { "buy" } },
    [STORY_COVER]     = { "branch-can-cover", "buy",      { "buy", "excess" },      { "buy" } },
    [STORY_PROJECT]   = { "project-order",    "excess",   { "excess" },             { "buy" } },
    [STORY_PHANTOM]   = { "phantom-stock",    "fix-data", { "fix-data" },           { "excess" } },
    [STORY_CONTRACT]  = { "contract-order",   "buy",      { "buy" },                { "excess" } },
    [STORY_ACK]       = { "short-confirmed",  "buy",      { "buy", "fix-data" },    { "excess" } },
    [STORY_TWICE]     = { "ordered-twice",    "fix-data", { "fix-data", "excess" }, { "buy" } },
};

static const char *code(const Company *company, int shelf) { return company->item[company->shelf[shelf].item].code; }
static const char *place(const Company *company, int shelf) { return places[company->shelf[shelf].place].code; }

static void words(JsonWriter *json, const char *name, const char *const list[2]) {
    json_field_array(json, name);
    for (int i = 0; i < 2 && list[i]; i++) json_str(json, list[i]);
    json_end(json);
}

static void pair(JsonWriter *json, const char *item, const char *at) {
    json_begin_array(json);
    json_str(json, item);
    json_str(json, at);
    json_end(json);
}

static void pairs(JsonWriter *json, const char *name, const Company *company, const Story *story, int from, int to) {
    json_field_array(json, name);
    for (int i = from; i < to; i++) pair(json, code(company, story->shelf[i]), place(company, story->shelf[i]));
    if (story->place != NONE) pair(json, "", places[story->place].code);
    json_end(json);
}

static void tell(JsonWriter *json, const Company *company, const Story *story, const Telling *telling) {
    json_begin_object(json);
    json_field_str(json, "id", telling->id);
    json_field_str(json, "kind", telling->kind);
    json_field_array(json, "rows");
    for (int i = 0; i < story->shelves + (story->place != NONE); i++) {
        json_begin_object(json);
        json_field_str(json, "item", i < story->shelves ? code(company, story->shelf[i]) : "");
        json_field_str(json, "place", i < story->shelves ? place(company, story->shelf[i]) : places[story->place].code);
        json_end(json);
    }
    json_end(json);
    json_field_array(json, "suppliers");
    if (story->supplier != NONE) json_str(json, company->supplier[story->supplier].code);
    json_end(json);
    json_field_object(json, "expect");
    pairs(json, "any_case_on", company, story, 0, story->shelves);
    words(json, "kinds", telling->kinds);
    words(json, "forbidden_automatic", telling->forbidden);
    pairs(json, "forbidden_on", company, story, story->forbidden_from, story->forbidden_to);
    json_end(json);
    json_end(json);
}

Err truth_write(const Stories *stories, const Company *company, const char *path, Why *why) {
    own(buf_end) Buf out = buf_begin(4 * MiB);
    JsonWriter json = json_writer(&out);
    json_begin_array(&json);
    for (int s = 0; s < STORY_COUNT_; s++)
        if (stories->story[s].planted) tell(&json, company, &stories->story[s], &tellings[s]);
    json_end(&json);
    buf_add_char(&out, '\n');
    TRY(buf_check(&out, "truth.json", why));
    return file_write(path, buf_text(&out), why);
}

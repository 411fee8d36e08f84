#include "app/cli.h"

#include "tests/test.h"

static Err nothing(Call *call, Why *why) {
    (void)call, (void)why;
    return OK;
}

static const Arg accept_args[] = {
    { "id", ARG_INT, ARG_POSITION, true, "case" },
    { "reason", ARG_TEXT, ARG_OPTION, false, "why" },
    { "force", ARG_FLAG, ARG_OPTION, false, "anyway" },
    { NULL, 0, 0, false, NULL },
};
static const Verb sample_verbs[] = {
    { "queue", "GET", "/queue", MAY_SEE, 0, NULL, nothing, "open cases, best first", NULL, NULL },
    { "queue accept", "POST", "/cases/:id/accept", MAY_DECIDE, VERB_WRITES, accept_args, nothing, "do as proposed", NULL, NULL },
    { "plan", "POST", "/plan", MAY_IMPORT, VERB_WRITES, NULL, nothing, "think again", NULL, NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL },
};

static Err parse(Arena *work, Cli *cli, Why *why, int count, const char **words) {
    return cli_parse(work, sample_verbs, count, (char **)(uintptr_t)words, cli, why);
}
#define PARSE(...) ({ const char *words_[] = { __VA_ARGS__ }; parse(work, &cli, &why, (int)(sizeof words_ / sizeof words_[0]), words_); })

TEST(the_longest_name_wins_wherever_options_stand) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Why why = { 0 };
    Cli cli;
    CHECK_OK(PARSE("--store", "s", "queue", "accept", "17", "--reason=late", "--force", "-o", "json"));
    CHECK_STR(cli.verb->name, "queue accept");
    CHECK_STR(cli.options.store, "s");
    CHECK_STR(call_text(&cli.call, "id"), "17");
    CHECK_STR(call_text(&cli.call, "reason"), "late");
    CHECK(call_flag(&cli.call, "force"));
    CHECK_EQ(cli.options.format, OUTPUT_JSON);
    CHECK_OK(PARSE("queue"));
    CHECK_STR(cli.verb->name, "queue");
}

TEST(a_wrong_word_says_what_was_meant) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Why why = { 0 };
    Cli cli;
    CHECK_FAILS(ERR_USAGE, PARSE("quue"));
    CHECK(strstr(why.hint, "stockwright queue"));
    CHECK_FAILS(ERR_USAGE, PARSE("queue", "accept", "17", "--raeson", "x"));
    CHECK(strstr(why.hint, "--reason"));
    CHECK_FAILS(ERR_USAGE, PARSE("queue", "accept", "seventeen"));
    CHECK(strstr(why.message, "id"));
    CHECK_FAILS(ERR_USAGE, PARSE("queue", "accept"));
    CHECK_FAILS(ERR_USAGE, PARSE("queue", "accept", "17", "18"));
    CHECK_FAILS(ERR_USAGE, PARSE("plan", "-o", "xml"));
    CHECK_FAILS(ERR_USAGE, PARSE("queue", "accept", "17", "--reason"));
}

TEST(help_of_every_verb_fits_eighty_columns) {
    own(buf_end) Buf out = buf_begin(1 * MiB);
    cli_help(&out, sample_verbs, NULL, NULL);
    for (const Verb *verb = sample_verbs; verb->name; verb++) cli_help(&out, sample_verbs, verb, NULL);
    Text rest = buf_text(&out), line;
    while (rest.length) {
        text_split(rest, '\n', &line, &rest);
        CHECK(line.length <= 80);
    }
}

TEST(completion_offers_the_next_word_once) {
    own(buf_end) Buf out = buf_begin(64 * KiB);
    char *first[] = { (char[]){ "q" } };
    cli_complete(&out, sample_verbs, 1, first);
    CHECK_STR(buf_str(&out), "queue\n");
    buf_clear(&out);
    char *second[] = { (char[]){ "queue" }, (char[]){ "" } };
    cli_complete(&out, sample_verbs, 2, second);
    CHECK_STR(buf_str(&out), "accept\n");
    buf_clear(&out);
    char *option[] = { (char[]){ "queue" }, (char[]){ "accept" }, (char[]){ "--re" } };
    cli_complete(&out, sample_verbs, 3, option);
    CHECK_STR(buf_str(&out), "--reason\n");
}

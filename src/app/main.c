/* main.c - stockwright, from words to an answer.
 *
 * The route of one event, room by room; `stockwright why ID` prints it for any number on any screen:
 *   1 ingest   raw bytes kept under (source, hash) and committed, then acknowledged      document
 *   2 ingest   mapped, checked; an unknown code parks and retries itself                 fact, or note
 *   3 store    one transaction for a whole batch
 *   4 plan     reads from its cursor, updates the picture, marks what is stale
 *   5 plan     the pool refreshes demand, lead time, risk                                estimate (model version)
 *   6 plan     proposes, ranks by expected loss avoided                                  case (facts)
 *   7 desk     policy's tier: by rule, or a queue and a person                           decision (case)
 *   8 deliver  caps and send mark in one transaction, the same key on every try          command (decision)
 *   9 ingest   the ERP shows the document: matched by reference, the case closes         fact (command)
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/app.h"
#include "app/cli.h"
#include "app/remote.h"
#include "app/render.h"
#include "app/verbs.h"
#include "base/hash.h"

enum { ANSWER_MOST = 1 << 30 };

static int complain(const Cli *cli, Err err, const Why *why) {
    if (cli->options.format == OUTPUT_JSON || cli->options.format == OUTPUT_JSONL) {
        own(buf_end) Buf out = buf_begin(8 * KiB);
        JsonWriter json = json_writer(&out);
        json_begin_object(&json);
        json_field_str(&json, "error", err_name(err));
        json_field_str(&json, "message", why->message);
        if (why->hint[0]) json_field_str(&json, "hint", why->hint);
        json_end(&json);
        fprintf(stderr, "%s\n", buf_str(&out));
    } else {
        fprintf(stderr, "stockwright: %s\n", why->message);
        if (why->hint[0]) fprintf(stderr, "  hint: %s\n", why->hint);
    }
    return err_exit_code(err);
}

static void print(Text text) {
    fwrite(text.at, 1, text.length, stdout);
    fflush(stdout);
}

static OutputFormat format_for(const Cli *cli) {
    if (cli->options.format != OUTPUT_AUTO) return cli->options.format;
    return isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_TSV;
}

static int terminal_width(void) {
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static Err answer_print(Cli *cli, Text answer, Why *why) {
    if (cli->verb->flags & VERB_FILE || answer.length == 0) {
        print(answer);
        return OK;
    }
    own(buf_end) Buf out = buf_begin(ANSWER_MOST);
    RenderOptions options = { .format = format_for(cli), .fields = cli->options.fields, .columns = cli->verb->columns, .no_header = cli->options.no_header, .width = terminal_width() };
    TRY(render(cli->call.work, answer, &options, &out, why));
    print(buf_text(&out));
    return OK;
}

/* The configuration first, then the environment, then the words: the nearer to the person, the stronger. */
static Err configure(App *app, Arena *work, const Cli *cli, Why *why) {
    app->world = world_real();
    app->config = config_default();
    if (cli->options.config) TRY(config_read(work, cli->options.config, &app->config, why));
    app->directory = cli->options.store ? cli->options.store : app->config.store;
    app->quiet = cli->options.quiet;
    app->progress = progress_begin(cli->options.quiet ? PROGRESS_QUIET : PROGRESS_AUTO);
    app->verbs = verbs;
    app->keep = work;
    app_begin(app);
    return OK;
}

/* ITEM@PLACE is one word for two arguments, wherever a verb takes both. */
static Err split_item_place(Call *call, Why *why) {
    Text item, place;
    const char *word = call_text(call, "item");
    if (!word || call_has(call, "place") || !text_split(text_of(word), '@', &item, &place)) return OK;
    for (int i = 0; i < call->values_count; i++)
        if (strcmp(call->values[i].name, "item") == 0) call->values[i].text = item;
    return call_set(call, "place", place, why);
}

static Err run(App *app, Cli *cli, Why *why) {
    own(buf_end) Buf answer = buf_begin(ANSWER_MOST);
    Call *call = &cli->call;
    call->app = app;
    call->out = &answer;
    call->user = cli->options.user ? cli->options.user : "";
    call->role = ROLE_ADMIN;             /* who may read and write the store's files may do all; verdicts still need a name */
    const char *socket_path = NULL;
    TRY(split_item_place(call, why));
    /* One writer, never two: what has a route goes through the server that holds the store; reading needs no leave. */
    if (cli->verb->path) TRY(store_holder(call->work, app->directory, &socket_path, why));
    if (socket_path) TRY(remote_call(socket_path, cli->verb, call, why));
    else TRY(cli->verb->run(call, why));
    TRY(answer_print(cli, buf_text(&answer), why));
    return call->outcome == OK ? OK : fail(why, call->outcome, "part of it did not work; the answer lists what");
}

static int help(const Cli *cli) {
    own(buf_end) Buf out = buf_begin(1 * MiB);
    if (cli->options.version) buf_add_str(&out, "stockwright " STOCKWRIGHT_VERSION "\n");
    else cli_help(&out, verbs, cli->verb, cli->group);
    print(buf_text(&out));
    return cli->options.help || cli->options.version ? 0 : 2;
}

int main(int count, char **words) {
    own(arena_end) Arena *work = arena_begin(4096ull * MiB);
    Why why = { 0 };
    Cli cli = { 0 };
    App app = { 0 };
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) return 1;
    if (count > 1 && strcmp(words[1], "__complete") == 0) {
        own(buf_end) Buf out = buf_begin(1 * MiB);
        cli_complete(&out, verbs, count - 2, words + 2);
        print(buf_text(&out));
        return 0;
    }
    Err err = cli_parse(work, verbs, count - 1, words + 1, &cli, &why);
    if (err != OK) return complain(&cli, err, &why);
    if (!cli.verb || cli.options.help || cli.options.version) return help(&cli);
    err = configure(&app, work, &cli, &why);
    if (err == OK) err = run(&app, &cli, &why);
    progress_end(&app.progress);
    app_end(&app);
    curl_global_cleanup();
    return err == OK ? cli.call.exit_code : complain(&cli, err, &why);
}

#include "app/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/role.h"

static const char *const format_names[OUTPUT_COUNT_] = {
    [OUTPUT_AUTO] = "auto", [OUTPUT_TABLE] = "table", [OUTPUT_JSON] = "json",
    [OUTPUT_JSONL] = "jsonl", [OUTPUT_CSV] = "csv", [OUTPUT_TSV] = "tsv",
};

/* Options of every verb: a text member or a flag of CliOptions. */
static const struct GlobalOption { const char *name, *value, *help; size_t offset; } global_options[] = {
    { "store", "DIR", "the store directory (also STOCKWRIGHT_STORE)", offsetof(CliOptions, store) },
    { "config", "FILE", "stockwright.conf to read (also STOCKWRIGHT_CONFIG)", offsetof(CliOptions, config) },
    { "user", "NAME", "who is deciding (also STOCKWRIGHT_USER)", offsetof(CliOptions, user) },
    { "fields", "A,B", "only these columns", offsetof(CliOptions, fields) },
    { "output", "FORMAT", "table, json, jsonl, csv or tsv (short: -o)", 0 },
    { "quiet", NULL, "no progress", offsetof(CliOptions, quiet) },
    { "yes", NULL, "do not ask before sending or removing", offsetof(CliOptions, yes) },
    { "no-header", NULL, "leave the header line out", offsetof(CliOptions, no_header) },
    { "help", NULL, "this help (short: -h)", offsetof(CliOptions, help) },
    { "version", NULL, "the version", offsetof(CliOptions, version) },
};
enum { GLOBALS = sizeof global_options / sizeof global_options[0] };

/* ---- finding the verb ----------------------------------------------------------------------------------------------- */

static int words_of_name(const char *name) {
    int count = 1;
    for (; *name; name++) count += *name == ' ';
    return count;
}

static bool name_matches(const char *name, int count, char **words) {
    for (int i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(name, words[i], length) != 0) return false;
        name += length;
        if (i + 1 < count && *name++ != ' ') return false;
    }
    return *name == 0;
}

static const Verb *verb_of_words(const Verb *verbs, int count, char **words, int *out_used) {
    const Verb *best = NULL;
    for (const Verb *verb = verbs; verb->name; verb++) {
        int needed = words_of_name(verb->name);
        if (needed <= count && name_matches(verb->name, needed, words) && (!best || needed > *out_used)) {
            best = verb;
            *out_used = needed;
        }
    }
    return best;
}

static bool is_group(const Verb *verbs, const char *word) {
    size_t length = strlen(word);
    for (const Verb *verb = verbs; verb->name; verb++)
        if (strncmp(verb->name, word, length) == 0 && verb->name[length] == ' ') return true;
    return false;
}

/* ---- parsing --------------------------------------------------------------------------------------------------------- */

static Err set_format(CliOptions *options, const char *name, Why *why) {
    for (int i = 0; i < OUTPUT_COUNT_; i++) {
        if (strcmp(name, format_names[i]) != 0) continue;
        options->format = (OutputFormat)i;
        return OK;
    }
    return fail_hint(why, fail(why, ERR_USAGE, "\"%s\" is not an output format", name), "use table, json, jsonl, csv or tsv");
}

static Err set_global(CliOptions *options, const struct GlobalOption *global, const char *value, Why *why) {
    if (strcmp(global->name, "output") == 0) return set_format(options, value, why);
    char *member = (char *)options + global->offset;
    if (global->value) *(const char **)(void *)member = value;
    else *(bool *)(void *)member = true;
    return OK;
}

static const Arg *arg_of(const Verb *verb, const char *name) {
    for (const Arg *arg = verb ? verb->args : NULL; arg && arg->name; arg++)
        if (strcmp(arg->name, name) == 0 && arg->place != ARG_BODY) return arg;
    return NULL;
}

static const Arg *next_position(const Verb *verb, const Call *call) {
    for (const Arg *arg = verb->args; arg && arg->name; arg++)
        if (arg->place == ARG_POSITION && !call_has(call, arg->name)) return arg;
    return NULL;
}

static Err unknown_option(const Verb *verb, const char *name, Why *why) {
    const char *names[CALL_VALUES_MOST + GLOBALS];
    size_t count = 0;
    for (const Arg *arg = verb ? verb->args : NULL; arg && arg->name && count < CALL_VALUES_MOST; arg++) names[count++] = arg->name;
    for (size_t i = 0; i < GLOBALS; i++) names[count++] = global_options[i].name;
    const char *near = text_nearest(text_of(name), names, count);
    Err err = fail(why, ERR_USAGE, "there is no option --%s%s%s", name, verb ? " for " : "", verb ? verb->name : "");
    return near ? fail_hint(why, err, "did you mean --%s?", near) : fail_hint(why, err, "see --help");
}

typedef struct Words { int count, next; char **at; } Words;

static Err option_value(Words *words, const char *name, const char *inline_value, const char **out, Why *why) {
    if (inline_value) {
        *out = inline_value;
        return OK;
    }
    if (words->next == words->count) return fail(why, ERR_USAGE, "--%s needs a value", name);
    *out = words->at[words->next++];
    return OK;
}

static Err take_option(Arena *work, Cli *cli, Words *words, const char *word, Why *why) {
    char *name = text_copy(work, word);
    char *equals = strchr(name, '=');
    const char *inline_value = NULL, *value = NULL;
    if (equals) {
        *equals = 0;
        inline_value = equals + 1;
    }
    const Arg *arg = arg_of(cli->verb, name);
    if (arg && arg->type == ARG_FLAG) return call_set(&cli->call, arg->name, text_of(inline_value ? inline_value : "true"), why);
    if (arg) {
        TRY(option_value(words, name, inline_value, &value, why));
        return call_set(&cli->call, arg->name, text_of(value), why);
    }
    for (size_t i = 0; i < GLOBALS; i++) {
        if (strcmp(name, global_options[i].name) != 0) continue;
        if (global_options[i].value) TRY(option_value(words, name, inline_value, &value, why));
        return set_global(&cli->options, &global_options[i], value, why);
    }
    return unknown_option(cli->verb, name, why);
}

static Err take_word(Cli *cli, const char *word, Why *why) {
    const Arg *arg = next_position(cli->verb, &cli->call);
    if (!arg) return fail_hint(why, fail(why, ERR_USAGE, "%s takes no further word \"%s\"", cli->verb->name, word), "see stockwright %s --help", cli->verb->name);
    return call_set(&cli->call, arg->name, text_of(word), why);
}

static Err unknown_verb(const Verb *verbs, const char *word, Why *why) {
    const char *names[256];
    size_t count = 0;
    for (const Verb *verb = verbs; verb->name && count < 256; verb++) names[count++] = verb->name;
    const char *near = text_nearest(text_of(word), names, count);
    Err err = fail(why, ERR_USAGE, "there is no command \"%s\"", word);
    return near ? fail_hint(why, err, "did you mean \"stockwright %s\"?", near) : fail_hint(why, err, "see stockwright --help");
}

/* Words that are neither options nor their values come first to name the verb, wherever the options stand. */
static int leading_words(int count, char **words, char **out) {
    int found = 0;
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--") == 0) break;
        if (words[i][0] != '-') {
            out[found++] = words[i];
            continue;
        }
        if (strchr(words[i], '=')) continue;
        bool takes = strcmp(words[i], "-o") == 0;
        for (size_t g = 0; g < GLOBALS; g++)
            takes |= global_options[g].value && strncmp(words[i], "--", 2) == 0 && strcmp(words[i] + 2, global_options[g].name) == 0;
        if (takes) i++;
        else if (found) break;
    }
    return found;
}

Err cli_parse(Arena *work, const Verb *verbs, int count, char **words, Cli *out_cli, Why *why) {
    Cli cli = { .options = { .store = getenv("STOCKWRIGHT_STORE"), .config = getenv("STOCKWRIGHT_CONFIG"), .user = getenv("STOCKWRIGHT_USER") } };
    char **named = many_in(work, char *, count + 1);
    int named_count = leading_words(count, words, named), used = 0;
    cli.verb = verb_of_words(verbs, named_count, named, &used);
    cli.call.work = work;
    if (!cli.verb && named_count > 0) {
        cli.group = named[0];
        if (!is_group(verbs, named[0])) return unknown_verb(verbs, named[0], why);
        if (named_count > 1) return unknown_verb(verbs, text_format(work, "%s %s", named[0], named[1]), why);
    }
    Words rest = { .count = count, .at = words };
    int skip = cli.verb ? used : named_count;
    bool only_words = false;
    while (rest.next < rest.count) {
        const char *word = rest.at[rest.next++];
        if (!only_words && strcmp(word, "--") == 0) only_words = true;
        else if (!only_words && strcmp(word, "-h") == 0) cli.options.help = true;
        else if (!only_words && strcmp(word, "-o") == 0) {
            const char *value = NULL;
            TRY(option_value(&rest, "output", NULL, &value, why));
            TRY(set_format(&cli.options, value, why));
        } else if (!only_words && strncmp(word, "--", 2) == 0) TRY(take_option(work, &cli, &rest, word + 2, why));
        else if (!only_words && word[0] == '-' && word[1]) return unknown_option(cli.verb, word + 1, why);
        else if (skip > 0) skip--;
        else TRY(take_word(&cli, word, why));
    }
    if (cli.verb && !cli.options.help) TRY(call_check(&cli.call, cli.verb, why));
    *out_cli = cli;
    return OK;
}

/* ---- help -------------------------------------------------------------------------------------------------------------- */

static void usage_line(Buf *out, const Verb *verb) {
    buf_addf(out, "usage: stockwright %s", verb->name);
    for (const Arg *arg = verb->args; arg && arg->name; arg++)
        if (arg->place == ARG_POSITION) buf_addf(out, arg->required ? " %s" : " [%s]", arg->name);
    buf_add_str(out, " [options]\n");
}

/* "  --name    help", wrapped so that no line is longer than 80. */
static void help_row(Buf *out, const char *left, const char *help) {
    enum { INDENT = 26, WIDTH = 80 };
    int column = 2 + (int)strlen(left);
    buf_addf(out, "  %s", left);
    if (column > INDENT - 2) {
        buf_add_str(out, "\n");
        column = 0;
    }
    buf_addf(out, "%*s", INDENT - column, "");
    column = INDENT;
    while (*help) {
        size_t length = strcspn(help, " ");
        if (column + (int)length > WIDTH && column > INDENT) {
            buf_addf(out, "\n%*s", INDENT, "");
            column = INDENT;
        }
        buf_add(out, help, length);
        column += (int)length;
        help += length;
        if (*help == ' ') {
            help++;
            if (column < WIDTH) buf_add_char(out, ' ');
            column++;
        }
    }
    buf_add_char(out, '\n');
}

static void args_help(Buf *out, const Verb *verb, ArgPlace place) {
    char left[80];
    for (const Arg *arg = verb->args; arg && arg->name; arg++) {
        if (arg->place != place) continue;
        if (place == ARG_POSITION) snprintf(left, sizeof left, "%s", arg->name);
        else snprintf(left, sizeof left, arg->type == ARG_FLAG ? "--%s" : "--%s VALUE", arg->name);
        help_row(out, left, arg->help);
    }
}

static void globals_help(Buf *out) {
    char left[80];
    buf_add_str(out, "\noptions of every command:\n");
    for (size_t i = 0; i < GLOBALS; i++) {
        snprintf(left, sizeof left, "--%s%s%s", global_options[i].name, global_options[i].value ? " " : "", global_options[i].value ? global_options[i].value : "");
        help_row(out, left, global_options[i].help);
    }
}

static void verb_help(Buf *out, const Verb *verb) {
    usage_line(out, verb);
    help_row(out, "", verb->help);
    if (verb->args && verb->args[0].name) buf_add_char(out, '\n');
    args_help(out, verb, ARG_POSITION);
    args_help(out, verb, ARG_OPTION);
    buf_addf(out, "\n  needs the right to %s%s\n", right_name(verb->right), verb->flags & VERB_LOCAL ? "; this machine only" : "");
    if (verb->examples) buf_addf(out, "\nexamples:\n%s", verb->examples);
    globals_help(out);
}

void cli_help(Buf *out, const Verb *verbs, const Verb *verb, const char *group) {
    if (verb) {
        verb_help(out, verb);
        return;
    }
    buf_add_str(out, "Stockwright decides beside your ERP what to buy and why.\n\nusage: stockwright COMMAND [words] [options]\n\n");
    for (const Verb *row = verbs; row->name; row++)
        if (!group || (strncmp(row->name, group, strlen(group)) == 0 && row->name[strlen(group)] == ' ')) help_row(out, row->name, row->help);
    globals_help(out);
    if (!group) buf_add_str(out, "\nstart here:\n  stockwright demo\n  stockwright queue\n  stockwright why ID\n");
}

/* ---- completion and man page --------------------------------------------------------------------------------------------- */

void cli_completion(Buf *out, const Verb *verbs, const char *shell) {
    (void)verbs;
    if (strcmp(shell, "fish") == 0) {
        buf_add_str(out, "complete -c stockwright -f -a '(stockwright __complete (commandline -opc)[2..] (commandline -ct))'\n");
        return;
    }
    if (strcmp(shell, "zsh") == 0) buf_add_str(out, "autoload -U +X bashcompinit && bashcompinit\n");
    buf_add_str(out,
                "_stockwright() {\n"
                "    local IFS=$'\\n'\n"
                "    COMPREPLY=( $(stockwright __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null) )\n"
                "}\n"
                "complete -o default -F _stockwright stockwright\n");
}

void cli_complete(Buf *out, const Verb *verbs, int count, char **words) {
    const char *last = count ? words[count - 1] : "";
    int used = 0;
    const Verb *verb = verb_of_words(verbs, count ? count - 1 : 0, words, &used);
    size_t length = strlen(last);
    if (strncmp(last, "--", 2) == 0) {
        for (const Arg *arg = verb ? verb->args : NULL; arg && arg->name; arg++)
            if (arg->place == ARG_OPTION && strncmp(arg->name, last + 2, length - 2) == 0) buf_addf(out, "--%s\n", arg->name);
        for (size_t i = 0; i < GLOBALS; i++)
            if (strncmp(global_options[i].name, last + 2, length - 2) == 0) buf_addf(out, "--%s\n", global_options[i].name);
        return;
    }
    /* The next word of every verb that begins with the words so far, each once. */
    for (const Verb *row = verbs; row->name; row++) {
        const char *at = row->name;
        int i = 0;
        for (; i + 1 < count && at; i++) {
            size_t word = strcspn(at, " ");
            if (strlen(words[i]) != word || strncmp(at, words[i], word) != 0) at = NULL;
            else at = at[word] ? at + word + 1 : NULL;
        }
        if (!at || strncmp(at, last, length) != 0) continue;
        bool repeated = false;
        for (const Verb *before = verbs; before < row; before++)
            repeated |= strncmp(before->name, row->name, (size_t)(at - row->name) + strcspn(at, " ")) == 0;
        if (!repeated) buf_addf(out, "%.*s\n", (int)strcspn(at, " "), at);
    }
}

void cli_man(Buf *out, const Verb *verbs, const char *version) {
    buf_addf(out,
             ".Dd November 23, 2026\n.Dt STOCKWRIGHT 1\n.Os Stockwright %s\n.Sh NAME\n.Nm stockwright\n.Nd inventory decisions beside an ERP\n"
             ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar words\n.Op Ar options\n.Sh COMMANDS\n.Bl -tag -width Ds\n",
             version);
    for (const Verb *verb = verbs; verb->name; verb++) {
        buf_addf(out, ".It Ic %s", verb->name);
        for (const Arg *arg = verb->args; arg && arg->name; arg++) {
            if (arg->place == ARG_POSITION) buf_addf(out, arg->required ? " Ar %s" : " Op Ar %s", arg->name);
            if (arg->place == ARG_OPTION) buf_addf(out, arg->type == ARG_FLAG ? " Op Fl -%s" : " Op Fl -%s Ar value", arg->name);
        }
        buf_addf(out, "\n%s.\n", verb->help);
    }
    buf_add_str(out, ".El\n.Sh OPTIONS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < GLOBALS; i++)
        buf_addf(out, ".It Fl -%s%s%s\n%s.\n", global_options[i].name, global_options[i].value ? " Ar " : "", global_options[i].value ? global_options[i].value : "", global_options[i].help);
    buf_add_str(out,
                ".El\n.Sh EXIT STATUS\n0 done, 1 failed, 2 wrong call or needs confirmation, 3 part of it failed, 4 not allowed, 5 not found,\n"
                "6 somebody changed it first, 7 policy refuses, 8 not reachable, 10 differences found, 130 interrupted.\n");
}

/* cli.h - the command line as loops over the verb table: parsing, help, completion, man page. */
#pragma once
#include "api/verb.h"

typedef enum OutputFormat { OUTPUT_AUTO, OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_CSV, OUTPUT_TSV, OUTPUT_COUNT_ } OutputFormat;

/* What stands before or among any verb's own arguments. */
typedef struct CliOptions {
    const char *store;           /* --store DIR, else STOCKWRIGHT_STORE, else the configuration's, else "store" */
    const char *config;          /* --config FILE */
    const char *user;            /* --user NAME, else STOCKWRIGHT_USER */
    const char *fields;          /* --fields a,b */
    OutputFormat format;         /* -o FORMAT */
    bool quiet, yes, no_header, help, version;
} CliOptions;

typedef struct Cli {
    CliOptions options;
    const Verb *verb;            /* NULL: only help or version was asked for, or a group ("queue") */
    const char *group;           /* first word when it is only a group */
    Call call;                   /* values filled from the words */
} Cli;

/* Fails with ERR_USAGE and a hint ("did you mean"). Values live in `work`. */
Err cli_parse(Arena *work, const Verb *verbs, int count, char **words, Cli *out_cli, Why *why);

void cli_help(Buf *out, const Verb *verbs, const Verb *verb, const char *group);   /* verb NULL: the overview or the group */
void cli_completion(Buf *out, const Verb *verbs, const char *shell);               /* bash, zsh, fish */
void cli_complete(Buf *out, const Verb *verbs, int count, char **words);           /* candidates for the last word, a line each */
void cli_man(Buf *out, const Verb *verbs, const char *version);                    /* stockwright(1), mdoc */

/* job.h - the open files of one import or preview; shared by import.c, preview.c and breaker.c only. */
#pragma once
#include "ingest/batch.h"
#include "ingest/import.h"

typedef struct Job {
    Store *store;               /* NULL in a preview without one */
    RowId known_upto;           /* units as told up to this row; 0: all */
    const ImportOptions *options;
    Arena *keep;
    Text map_json;
    Mapping *mapping;
    const char *source_name;
    const char *companion_path; /* NULL when there is none */
    bool atomic_file;
} Job;

/* Finds and compiles the map. End it with mapping_end(&job->mapping). */
Err job_begin(Job *job, Store *store, Arena *keep, const ImportOptions *options, Why *why);

/* One pass over the file. */
typedef struct Pass {
    Source *source;
    Units *units;
    Builder *builder;
    Reader *reader;
} Pass;
Err pass_open(Pass *pass, const Job *job, Why *why);            /* row by row: no reader */
/* store: what is read is to be stored, see ReaderOptions.forms */
Err pass_begin(Pass *pass, const Job *job, int batch_facts, int64_t skip_rows, bool store, Why *why);
void pass_end(Pass *pass);

#include "ingest/job.h"

#include <string.h>

#include "base/file.h"

Err job_begin(Job *job, Store *store, Arena *keep, const ImportOptions *options, Why *why) {
    *job = (Job){ .store = store, .options = options, .keep = keep };
    TRY(mapping_find(keep, options->map, &job->map_json, why));
    TRY(mapping_read(keep, job->map_json, options->map, options->given, &job->mapping, why));
    job->source_name = options->source ? options->source : job->mapping->source;
    job->atomic_file = options->atomic == ATOMIC_FILE || (options->atomic == ATOMIC_AS_MAP && job->mapping->atomic_file);
    if (job->mapping->companion) {
        Text folder = text_from(options->path, (size_t)(path_name(options->path) - options->path));
        job->companion_path = text_format(keep, "%.*s%s", TEXT_ARGS(folder), job->mapping->companion->file);
    }
    return OK;
}

static Err learn(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)row;
    (void)why;
    units_learn(self, fact);
    return OK;
}

/* Reading all items and conversions takes a while: not for a file without a column of units. */
static bool needs_units(const Pass *pass, const Mapping *mapping) {
    for (int e = 0; e < mapping->emits_count; e++)
        for (int i = 0; i < mapping->emits[e].sets_count; i++) {
            const Setter *setter = &mapping->emits[e].sets[i];
            if (setter->uom && (setter->default_uom || source_fills(pass->source, setter->uom))) return true;
        }
    return false;
}

Err pass_open(Pass *pass, const Job *job, Why *why) {
    *pass = (Pass){ 0 };
    TRY(source_begin(job->options->path, job->mapping, &pass->source, why));
    if (needs_units(pass, job->mapping)) {
        pass->units = units_begin();
        FactFilter filter = { .known_us = INT64_MAX, .kinds = 1ull << FACT_ITEM | 1ull << FACT_UOM };
        if (job->store) filter.upto = job->known_upto.v ? job->known_upto : log_last(job->store);
        if (job->store) TRY(facts_scan(job->store, &filter, learn, pass->units, why));
    }
    pass->builder = builder_begin(job->mapping, source_wide(pass->source), pass->units, job->options->now_us);
    return OK;
}

Err pass_begin(Pass *pass, const Job *job, int batch_facts, int64_t skip_rows, bool store, Why *why) {
    TRY(pass_open(pass, job, why));
    pass->reader = reader_begin((ReaderOptions){ .source = pass->source, .builder = pass->builder, .most_facts = batch_facts,
        .emits = job->mapping->emits_count, .skip_rows = skip_rows, .ahead = true, .forms = store });
    return OK;
}

void pass_end(Pass *pass) {
    reader_end(&pass->reader);
    builder_end(&pass->builder);
    units_end(&pass->units);
    source_end(&pass->source);
}

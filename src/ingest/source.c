#include "ingest/source-room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const SourceKind *const kinds[FORMAT_COUNT_] = { [FORMAT_CSV] = &csv_source, [FORMAT_JSONL] = &jsonl_source };

static Err check_encoding(Source *s, Why *why) {
    char start[4096];
    ssize_t count = pread(s->file.fd, start, sizeof start, 0);
    if (count < 0) return fail(why, ERR_IO, "%s: cannot be read", s->path);
    if (count == 0)
        return fail_hint(why, fail(why, ERR_INVALID, "%s: the file is empty", s->name), "empty means unknown, never zero: export it again");
    Encoding found = encoding_guess(text_from(start, (size_t)count)), wanted = s->mapping->encoding;
    bool found16 = found == ENCODING_UTF16_LE || found == ENCODING_UTF16_BE;
    if (found16 != (wanted == ENCODING_UTF16_LE)) {
        Err err = fail(why, ERR_INVALID, "%s: the file is %s and the map says %s", s->name, encoding_name(found), encoding_name(wanted));
        return found16 ? fail_hint(why, err, "say \"encoding\": \"utf-16\" in the map's source, or save the file as UTF-8")
                       : fail_hint(why, err, "take \"encoding\" out of the map's source");
    }
    return OK;
}

Err source_begin(const char *path, const Mapping *mapping, Source **out_source, Why *why) {
    own(source_end) Source *s = calloc(1, sizeof *s);
    if (!s) return fail(why, ERR_LIMIT, "no memory to read %s", path);
    s->kind = kinds[mapping->format];
    s->mapping = mapping;
    s->keep = arena_begin(64 * MiB);
    s->row = arena_begin(64 * MiB);
    s->path = text_copy(s->keep, path);
    s->name = path_name(s->path);
    s->file = (BytesFile){ open(path, O_RDONLY | O_CLOEXEC), s->path };
    if (s->file.fd < 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "%s cannot be opened", path), "check the path and that it may be read");
    TRY(check_encoding(s, why));
    s->slots = many_in(s->keep, Text, mapping->slots_count + 1);
    Bytes bytes = bytes_of_file(&s->file);
    if (mapping->encoding != ENCODING_UTF8) {
        bytes = decode_begin(&s->decode, bytes, mapping->encoding);
        s->decoded = true;
    }
    TRY_DOING(s->kind->begin(s, bytes, why), "%s", s->name);
    *out_source = keep(s);
    return OK;
}

void source_end(Source **source) {
    Source *s = *source;
    if (!s) return;
    if (s->kind) s->kind->end(s);
    if (s->file.fd >= 0 && s->path) close(s->file.fd);
    arena_end(&s->row);
    arena_end(&s->keep);
    free(s);
    *source = NULL;
}

Err source_next(Source *s, Record *out_record, Why *why) {
    Err err = s->kind->next(s, out_record, why);
    if (err != OK || !out_record->is_end) out_record->number = ++s->rows;
    if (s->decoded) out_record->offset = out_record->length = 0;    /* they count decoded bytes, not the stored ones */
    return err;
}

int64_t source_bytes_done(const Source *s) {
    return s->kind->bytes_done(s);
}

const WidePlan *source_wide(const Source *s) {
    return s->mapping->wide_pattern ? &s->wide : NULL;
}

bool source_fills(const Source *s, const Form *form) {
    if (form->kind == FORM_SLOT) return !s->slot_column || s->slot_column[form->slot] >= 0;
    for (int i = 0; i < form->parts_count; i++)
        if (source_fills(s, form->parts[i])) return true;
    return form->parts_count == 0;
}

int source_columns(const Source *s, const Text **out_names, const bool **out_used) {
    *out_names = s->columns;
    *out_used = s->used;
    return s->columns_count;
}

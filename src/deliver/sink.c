#include "deliver/sink.h"

#include <assert.h>

#include "deliver/sinks.h"

static const struct {
    Err (*send)(const char *, const PolicySink *, const Command *, SinkOutcome *, SinkAnswer *, Why *);
    Err (*lookup)(const char *, const PolicySink *, const Command *, SinkPresence *, SinkAnswer *, Why *);
} kinds[] = {
    [SINK_FILE] = { file_send, file_lookup },
    [SINK_HTTP] = { http_send, http_lookup },
};
_Static_assert(sizeof kinds / sizeof kinds[0] == SINK_KIND_COUNT_, "every kind of sink has a row");

static Err send_real(void *self, const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why) {
    assert(sink->kind < SINK_KIND_COUNT_);
    return kinds[sink->kind].send(self, sink, command, out_outcome, out_answer, why);
}

static Err lookup_real(void *self, const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, Why *why) {
    assert(sink->kind < SINK_KIND_COUNT_);
    return kinds[sink->kind].lookup(self, sink, command, out_presence, out_answer, why);
}

Sender sender_real(const char *base_directory) {
    return (Sender){ .self = (void *)base_directory, .send = send_real, .lookup = lookup_real };
}

/* sink.h - where orders go. A sink sends a command once per call and can be asked whether it has one; it keeps no state and
 * decides nothing. To add one: a kind in policy.h, a file here, a row in sink.c. */
#pragma once
#include "domain/command.h"
#include "domain/policy.h"

/* What a sink can say after trying. "Do not know" is an answer, never guessed into one of the others. */
typedef enum SinkOutcome {
    SINK_ACKED,        /* it has it: `external` may hold its document number */
    SINK_REFUSED,      /* it said no and will say no again: `error` has its words */
    SINK_UNTOUCHED,    /* nothing can have arrived (no connection, no folder): the same try later is safe for every class */
    SINK_UNANSWERED,   /* bytes left and no answer came, or one that says neither yes nor no */
} SinkOutcome;
typedef enum SinkPresence { SINK_HAS, SINK_HAS_NOT, SINK_WILL_NOT_SAY } SinkPresence;

enum { SINK_TEXT = 256 };
typedef struct SinkAnswer { char external[SINK_TEXT], error[SINK_TEXT]; } SinkAnswer;

/* How the outbox reaches the outside; a simulation hands its own. ERR_INTERRUPTED from either means "the process died here": the
 * outbox returns at once and writes nothing. Any other failure to even try is SINK_UNTOUCHED. */
typedef struct Sender {
    void *self;
    Err (*send)(void *self, const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why);
    Err (*lookup)(void *self, const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, Why *why);
} Sender;

/* The real outside. Relative directories of file sinks are below `base_directory`, which must outlive the Sender. */
Sender sender_real(const char *base_directory);

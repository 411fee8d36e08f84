/* flips.h - what would change the answer: for each input of an order or an excess case alone, the smallest change at which another action is right.
 *
 * A flip is found on a copy of the Picture with one field changed: outward in doubling steps of the input's own grain (a per cent, a day, a unit, a tenth of a
 * point) to the first step where the answer differs, then by halving. Every answer told was computed, none is interpolated; changes beyond a bound of the
 * input are not looked for. Three things count as another answer: nothing to do any more, a quantity past the policy's dead-band, another tier.
 * Pure, bounded: at most 24 doubling steps per input and direction, and as many halvings for each event there. */
#pragma once
#include "draft/casebook.h"

typedef enum FlipInput { FLIP_DEMAND, FLIP_LEAD, FLIP_STOCK, FLIP_COST, FLIP_PRICE, FLIP_TARGET, FLIP_MINIMUM, FLIP_INPUT_COUNT_ } FlipInput;
typedef enum FlipEvent { FLIP_NONE, FLIP_QUANTITY, FLIP_TIER, FLIP_EVENT_COUNT_ } FlipEvent;    /* FLIP_NONE: nothing to do any more */
enum { FLIPS_MOST = FLIP_INPUT_COUNT_ * FLIP_EVENT_COUNT_ };

typedef struct Flip {
    FlipInput input;
    FlipEvent event;
    int64_t steps;                 /* grains away, + or - */
    double from, to;               /* the input: units a day, days, units, money, share, units */
    double size;                   /* change as a share of the input, or of what is usual for it: nearest first */
    int64_t qty;                   /* micro: the answer there; 0 with FLIP_NONE */
    Tier tier;
    const char *text;              /* a sentence */
} Flip;

typedef struct Flips {
    CaseKind kind;
    bool wanted;                   /* the case would still be opened on the picture of now; else there are no flips */
    int64_t qty;                   /* micro: the action now */
    Tier tier;
    int32_t as_of;
    double target;                 /* service aimed at, share; 0 where least cost decides */
    const char *target_because;    /* who set it, in words */
    Flip flip[FLIPS_MOST]; int count;    /* nearest first */
} Flips;

extern const char *const flip_input_names[FLIP_INPUT_COUNT_], *const flip_event_names[FLIP_EVENT_COUNT_];

const char *target_because(const Context *context, const Picture *picture, Arena *arena);     /* who or what set the service target, in words */
void flips_find(const Context *context, const Picture *picture, const Estimate *estimate, CaseKind kind, Arena *arena, Flips *out);
void flips_write(JsonWriter *json, const Flips *flips);      /* the fields of an open object */

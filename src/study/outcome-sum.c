/* Outcomes added up: by person, reason, tier, supplier and direction, and which of them the policy could learn. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "study/outcome.h"

const char *const outcome_by_names[OUTCOME_BY_COUNT_] = { "person", "reason", "tier", "supplier", "way" };

/* What each direction asks of the policy. */
static const struct { const char *key, *text; } lessons[OUTCOME_WAYS] = {
    [OUTCOME_RAISED] = { "service.by_tier", "more was ordered than proposed, and it paid: try a higher service target for this tier, or tell what it is (an event, a signal, a minimum)" },
    [OUTCOME_CUT] = { "service.by_tier", "less was ordered than proposed, and it paid: try a lower service target for this tier, or tell the largest order or stock there is room for" },
    [OUTCOME_MOVED] = { "review_days", "another day paid: tell the supplier's order days in the calendar" },
    [OUTCOME_DECLINED] = { "queue.least_rank", "not ordering paid: try a higher least rank, so that such orders wait by themselves" },
    [OUTCOME_DEFERRED] = { "review_days", "waiting paid: try longer review days for this tier's items" },
};

static const char *name_of(const OutcomeLine *line, OutcomeBy by) {
    const char *const names[OUTCOME_BY_COUNT_] = { line->by, line->reason, line->tier, line->supplier, outcome_way_names[line->outcome.way] };
    return names[by];
}

typedef struct Tally { OutcomeGroup group; double squares; const OutcomeLine *first; } Tally;

static void tally_add(Tally *t, const OutcomeLine *line) {
    const Outcome *o = &line->outcome;
    t->group.decisions++;
    if (!o->over) return;
    t->group.over++;
    t->group.helped += o->gain > 0;
    t->group.gain += o->gain;
    t->squares += (double)o->gain * (double)o->gain;
}

static OutcomeGroup tally_end(const Tally *t) {
    OutcomeGroup g = t->group;
    if (g.over == 0) return g;
    g.mean = (double)g.gain / g.over;
    double var = g.over > 1 ? (t->squares / g.over - g.mean * g.mean) / (g.over - 1) : 0;
    g.se = var > 0 ? __builtin_sqrt(var) : 0;
    return g;
}

/* Lines of one key are one tally, in the order in which keys are met first. */
static int tallies(const OutcomeLine *lines, int count, const char *(*key)(const OutcomeLine *line, OutcomeBy by, Arena *arena), OutcomeBy by, Arena *arena, Tally **out) {
    own(text_map_end) TextMap *numbers = text_map_begin((size_t)count + 1);
    *out = many_in(arena, Tally, count + 1);
    for (int i = 0; i < count; i++) {
        Tally *t = &(*out)[text_map_intern(numbers, text_of(key(&lines[i], by, arena)))];
        if (!t->first) t->first = &lines[i];
        tally_add(t, &lines[i]);
    }
    return (int)text_map_count(numbers);
}

static const char *key_by(const OutcomeLine *line, OutcomeBy by, Arena *arena) {
    (void)arena;
    return name_of(line, by);
}

static int most_first(const void *left, const void *right) {
    const OutcomeGroup *a = left, *b = right;
    if (a->decisions != b->decisions) return a->decisions > b->decisions ? -1 : 1;
    return strcmp(a->name, b->name);
}

int outcome_groups(const OutcomeLine *lines, int count, OutcomeBy by, Arena *arena, OutcomeGroup **out) {
    Tally *tally;
    int groups = tallies(lines, count, key_by, by, arena, &tally);
    *out = many_in(arena, OutcomeGroup, groups + 1);
    for (int g = 0; g < groups; g++) {
        (*out)[g] = tally_end(&tally[g]);
        (*out)[g].name = name_of(tally[g].first, by);
    }
    qsort(*out, (size_t)groups, sizeof **out, most_first);
    return groups;
}

/* The same words in any case are the same reason. */
static const char *key_of_rule(const OutcomeLine *line, OutcomeBy by, Arena *arena) {
    (void)by;
    return text_format(arena, "%s\n%s\n%s", text_lower(arena, text_of(line->reason)), line->tier, outcome_way_names[line->outcome.way]);
}

static int most_gained_first(const void *left, const void *right) {
    const OutcomeRule *a = left, *b = right;
    return (a->group.gain < b->group.gain) - (a->group.gain > b->group.gain);
}

int outcome_rules(const OutcomeLine *lines, int count, Arena *arena, OutcomeRule **out) {
    Tally *tally;
    int groups = tallies(lines, count, key_of_rule, OUTCOME_BY_REASON, arena, &tally), rules = 0;
    *out = many_in(arena, OutcomeRule, groups + 1);
    for (int g = 0; g < groups; g++) {
        OutcomeGroup group = tally_end(&tally[g]);
        const OutcomeLine *first = tally[g].first;
        OutcomeWay way = first->outcome.way;
        if (first->reason[0] == 0 || group.over < OUTCOME_RULE_LEAST || !(group.mean > 2 * group.se)) continue;
        group.name = first->reason;
        (*out)[rules++] = (OutcomeRule){ first->reason, first->tier, outcome_way_names[way], group, lessons[way].key, lessons[way].text };
    }
    qsort(*out, (size_t)rules, sizeof **out, most_gained_first);
    return rules;
}

/* definitions.h - for tests: a measured figure of the domain notes as a file, tests/cases/definitions/NAME.json, played anew from its seed.
 *
 *   { "row": "2.1", "about": "...", "simulation": "level-error", "seed": 21, "runs": 40000,
 *     "law": { ... }, "policy": { ... }, "start": { ... },          all parameters; a simulation asks for each by name
 *     "figures": [ { "name": "with the level term", "quoted": 0.947, "is": 0.947, "error": 0.0011, "told_within": 0.01, "why": "..." } ] }
 *
 * `is` is what this law gives, `error` its Monte Carlo error (one standard error at `runs`): what is played now must be within four of them. A quoted figure
 * further away than that needs a `why`. `told_within` bounds what the product says about it. DEFINITION_TIMES=10 plays ten times the runs,
 * DEFINITION_SHOW=1 prints all figures and checks none. */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "base/rng.h"

typedef struct Definition {
    const char *file;
    const JsonValue *root;
    Rng rng;
    int64_t runs;
    int figures;                 /* told so far */
} Definition;

double definition_given(const Definition *d, const char *section, const char *key);       /* fails the test when it is not there */
double definition_at(const Definition *d, const char *section, const char *key, size_t index);   /* of a list */
size_t definition_count(const Definition *d, const char *section, const char *key);
static inline double law(const Definition *d, const char *key) { return definition_given(d, "law", key); }
static inline double start(const Definition *d, const char *key) { return definition_given(d, "start", key); }
static inline double policy(const Definition *d, const char *key) { return definition_given(d, "policy", key); }
void definition_played(Definition *d, const char *figure, double played);
void definition_told(Definition *d, const char *figure, double played, double told);      /* with what the product says */

typedef void DefinitionPlay(Definition *d);
typedef struct DefinitionRow { const char *name; DefinitionPlay *play; } DefinitionRow;
extern const DefinitionRow definition_demand[], definition_stock[], definition_network[];                        /* end with a NULL name */

static inline double root(double x) { return x > 0 ? __builtin_sqrt(x) : 0; }
/* Demand of so many days, gamma, each with this mean and sd. */
static inline double gamma_sum(Rng *rng, double days, double mean, double sd) { return days > 0 ? rng_gamma(rng, days * mean * mean / (sd * sd), sd * sd / mean) : 0; }

/* rng.h - random numbers that a seed repeats, bit for bit, on every machine (xoshiro256**, own log and exp).
 * For simulation, sample data and jitter; never for secrets. */
#pragma once
#include <stdint.h>

typedef struct Rng { uint64_t s[4]; } Rng;

Rng rng_of(uint64_t seed);
Rng rng_fork(const Rng *rng, uint64_t label);                /* an independent stream; the parent does not move */
uint64_t rng_next(Rng *rng);
uint64_t rng_below(Rng *rng, uint64_t n);                    /* 0 .. n - 1 without bias; n > 0 */
int64_t rng_between(Rng *rng, int64_t least, int64_t most);  /* both included */
double rng_unit(Rng *rng);                                   /* [0, 1), 53 bits */
int rng_chance(Rng *rng, double probability);                /* 1 with that probability */
double rng_normal(Rng *rng, double mean, double sd);
double rng_lognormal(Rng *rng, double log_mean, double log_sd);
double rng_exponential(Rng *rng, double mean);
double rng_gamma(Rng *rng, double shape, double scale);      /* both > 0 */
int64_t rng_poisson(Rng *rng, double mean);                  /* mean 0 .. 1e9 */
int64_t rng_negative_binomial(Rng *rng, double mean, double variance); /* variance <= mean gives Poisson */
void rng_shuffle(Rng *rng, uint32_t *at, uint64_t count);
/* An index by weight (all >= 0, sum > 0). */
uint64_t rng_weighted(Rng *rng, const double *weights, uint64_t count);

double rng_log(double x);                                    /* x > 0; within 1e-15 relative; same bits everywhere */
double rng_exp(double x);                                    /* within 1e-15 relative; 0 below -745, infinite above 709.78 */

/* items.h - the assortment: codes, how each item sells, what it costs, where its life stands. */
#pragma once
#include "sample/company.h"

/* Fills company->item[0 .. items); needs the suppliers. */
void items_make(Arena *arena, Rng *rng, Company *company);
/* USD to micro, on a whole cent, or on a hundredth of a cent below one dollar; never zero. */
int64_t money_step(double usd);
/* Square root by the random room's own log and exp: the same bits everywhere. 0 for x <= 0. */
double root(double x);

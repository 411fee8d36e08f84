/* master.h - the rows that change rarely: items, places, partners, terms, prices, calendars, signals. */
#pragma once
#include "sample/sim.h"

void master_write(Sim *sim);

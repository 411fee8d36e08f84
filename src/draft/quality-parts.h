/* quality-parts.h - shared by the files that look for doubts; nobody else includes it. */
#pragma once
#include "draft/quality.h"

typedef struct Look { const Context *context; const Picture *p; const Estimate *e; const Record *records; int count; Arena *arena; } Look;

/* What believing a wrong stock would cost until the next look: the extra shortage if there were only `units`. */
double cost_of_having(const Look *look, double units);
/* A document or a stock level that fits only when read in packs, or in pieces. */
bool unit_doubt(const Look *look, Finding *out);

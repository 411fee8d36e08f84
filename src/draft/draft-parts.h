/* draft-parts.h - shared by the files of drafting; nobody else includes it. */
#pragma once
#include "draft/draft.h"

void draft_head(const Context *context, const Picture *p, CaseKind kind, Arena *arena, Draft *out);
void draft_evidence(const Context *context, const Picture *p, Case *c);
void draft_freeze(const Context *context, const Picture *p, const Quantity *quantity, Arena *arena, Draft *out);   /* quantity may be NULL */
void draft_options(const Context *context, const Picture *p, const Estimate *e, const Courses *courses, Arena *arena, Case *c);    /* draft-options.c */
int64_t draft_signed_minor(const Context *context, double major);

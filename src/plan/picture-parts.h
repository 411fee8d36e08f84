/* picture-parts.h - shared by the files of the picture; nobody else includes it. */
#pragma once
#include "plan/picture.h"

/* What stands before demand is looked at: history, source, calendar, lead time, money. */
void picture_frame(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Picture *out);
double picture_horizon_buckets(const Picture *p);                       /* lead time plus review, buckets of the fold */
double picture_order_wait(const Picture *p);                    /* days from the start day to the day an order is placed, as in Picture.lead; 0 without a lead time */
double picture_lead_mean(const Picture *p);                     /* days from the start day to the arrival of an order placed now */
void picture_override(const PictureOverride *override, Fold *fold);
void picture_supply(const Context *context, const PictureOverride *override, Picture *p);   /* receipts, position, what is owed */
int64_t position_owed(const Position *position);               /* micro: what stock and everything on its way do not cover, >= 0 */
void levels_choose(const Context *context, Picture *p);        /* after goal and lot: how this item-place is replenished */
void picture_follow(const Context *context, Picture *p);       /* money, goal and lot anew after cost, price or demand was changed in a copy */
void picture_feeds(const Context *context, Picture *p);         /* the stale-feed flag */
bool picture_ends(const Context *context, const Picture *p);     /* it is replaced, phased out or obsolete */

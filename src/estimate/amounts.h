/* amounts.h - where doubles of maths become the log's whole numbers: once, at the door. */
#pragma once
#include <stdint.h>

int64_t minor_of(int exponent, double major);        /* of money with so many places behind the point; CASE_NONE for a negative (unknown) amount */
double major_of(int exponent, int64_t minor);
int64_t micro_of(double units);                      /* half up; clamped to +-9e12 units */
int64_t ppm_of(double share);                        /* CASE_NONE below 0 */

/* ubj.h - a cursor over UBJSON (draft 12, as XGBoost 1.7 writes it): lengths and numbers are big-endian, arrays of numbers are typed.
 * Nothing is copied; nothing beyond the end is read; nesting has a bound. A false answer means the bytes are wrong at `at`. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

typedef struct Ubj { const uint8_t *start, *at, *end; } Ubj;
typedef struct UbjNumbers { uint8_t type; int64_t count; const uint8_t *bytes; } UbjNumbers;

Ubj ubj_of(Text bytes);
bool ubj_next_is(Ubj *u, uint8_t byte);                  /* true, and passed, when the next byte is it: brackets */
/* A list of values: open it, then take a value each time `more` is true. `*left` < 0: until its bracket. */
bool ubj_list(Ubj *u, int64_t *left);
bool ubj_more(Ubj *u, int64_t *left);
bool ubj_key(Ubj *u, Text *out);                         /* of an object's member */
bool ubj_text(Ubj *u, Text *out);
bool ubj_numbers(Ubj *u, UbjNumbers *out);
bool ubj_are_whole(const UbjNumbers *numbers);           /* the list is of whole numbers, not of floats */
double ubj_number(const UbjNumbers *numbers, int64_t i); /* 0 <= i < count */
bool ubj_skip(Ubj *u);                                   /* one value of any kind */

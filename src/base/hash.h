/* hash.h - SHA-256 for what must be provable, a fast 64-bit hash for tables, hex and base64. */
#pragma once
#include "base/err.h"
#include "base/text.h"

#include <sodium.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 65 };

typedef struct Sha256 { uint8_t at[SHA256_BYTES]; } Sha256;
typedef struct Sha256Run { crypto_hash_sha256_state state; } Sha256Run;

Sha256 sha256(Text bytes);
Sha256Run sha256_begin(void);
void sha256_add(Sha256Run *run, Text bytes);
Sha256 sha256_end(Sha256Run *run);
bool sha256_equal(const Sha256 *left, const Sha256 *right);
void sha256_hex(const Sha256 *hash, char out[SHA256_HEX]);   /* 64 small letters and a NUL */
Err sha256_of_hex(Text hex, Sha256 *out, Why *why);
Err sha256_file(const char *path, Sha256 *out, Why *why);    /* in constant memory */

uint64_t hash64(const void *bytes, size_t length, uint64_t seed); /* same on every machine; not against attackers */
uint64_t hash64_int(uint64_t value);                         /* a good mix of one number */

void base64url_write(Buf *out, Text bytes);                  /* RFC 4648, section 5; no padding */

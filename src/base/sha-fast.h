/* sha-fast.h - SHA-256 by the processor's own instructions, where it has them; hash.c asks. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool sha_fast_here(void);                                            /* x86 with SHA extensions */
void sha_fast_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);  /* of 64 bytes; only when sha_fast_here */

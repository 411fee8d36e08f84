/* hash.c - SHA-256 by the processor where it can (sha-fast.h), else by libsodium; hash64 in the manner of wyhash:
 * multiply two words to 128 bits and fold. */
#include "base/hash.h"
#include "base/sha-fast.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/* What libsodium keeps (state, bits so far, a partial block) is kept the same way, so that either path can go on with it. */
static void add_fast(crypto_hash_sha256_state *state, const uint8_t *at, size_t length) {
    if (!length) return;
    size_t held = (size_t)(state->count >> 3) & 63;
    state->count += (uint64_t)length << 3;
    if (held) {
        size_t part = length < 64 - held ? length : 64 - held;
        memcpy(state->buf + held, at, part);
        if (held + part < 64) return;
        sha_fast_blocks(state->state, state->buf, 1);
        at += part;
        length -= part;
    }
    sha_fast_blocks(state->state, at, length / 64);
    if (length % 64) memcpy(state->buf, at + length - length % 64, length % 64);
}

static void end_fast(crypto_hash_sha256_state *state, uint8_t out[SHA256_BYTES]) {
    static const uint8_t padding[64] = { 0x80 };
    uint64_t bits = state->count;
    size_t held = (size_t)(bits >> 3) & 63;
    uint8_t tail[8];
    for (int i = 0; i < 8; i++) tail[i] = (uint8_t)(bits >> (56 - 8 * i));
    add_fast(state, padding, held < 56 ? 56 - held : 120 - held);
    add_fast(state, tail, 8);
    for (int i = 0; i < SHA256_BYTES; i++) out[i] = (uint8_t)(state->state[i / 4] >> (24 - 8 * (i % 4)));
}

static bool is_fast(void) {
    static _Atomic int known;    /* 0 not asked, 1 no, 2 yes: the answer never changes, so a race is harmless */
    if (!known) known = sha_fast_here() ? 2 : 1;
    return known == 2;
}

Sha256 sha256(Text bytes) {
    Sha256Run run = sha256_begin();
    sha256_add(&run, bytes);
    return sha256_end(&run);
}

Sha256Run sha256_begin(void) {
    Sha256Run run;
    crypto_hash_sha256_init(&run.state);
    return run;
}

void sha256_add(Sha256Run *run, Text bytes) {
    if (is_fast()) add_fast(&run->state, (const uint8_t *)bytes.at, bytes.length);
    else crypto_hash_sha256_update(&run->state, (const unsigned char *)bytes.at, bytes.length);
}

Sha256 sha256_end(Sha256Run *run) {
    Sha256 hash;
    if (is_fast()) end_fast(&run->state, hash.at);
    else crypto_hash_sha256_final(&run->state, hash.at);
    return hash;
}

bool sha256_equal(const Sha256 *left, const Sha256 *right) { return memcmp(left->at, right->at, SHA256_BYTES) == 0; }

static const char hex_letters[] = "0123456789abcdef";

void sha256_hex(const Sha256 *hash, char out[SHA256_HEX]) {
    for (int i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = hex_letters[hash->at[i] >> 4];
        out[2 * i + 1] = hex_letters[hash->at[i] & 15];
    }
    out[SHA256_HEX - 1] = 0;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Err sha256_of_hex(Text hex, Sha256 *out, Why *why) {
    if (hex.length != SHA256_HEX - 1)
        return fail(why, ERR_INVALID, "a SHA-256 has 64 hexadecimal digits, this has %zu", hex.length);
    Sha256 hash;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = hex_value(hex.at[2 * i]), low = hex_value(hex.at[2 * i + 1]);
        if (high < 0 || low < 0) return fail(why, ERR_INVALID, "\"%.*s\" is not hexadecimal", TEXT_ARGS(hex));
        hash.at[i] = (uint8_t)(high << 4 | low);
    }
    *out = hash;
    return OK;
}

Err sha256_file(const char *path, Sha256 *out, Why *why) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    Sha256Run run = sha256_begin();
    char part[64 * KiB];
    Err err;
    for (size_t count; (err = fd_read(fd, path, part, sizeof part, &count, why)) == OK && count > 0;) sha256_add(&run, text_from(part, count));
    close(fd);
    TRY(err);
    *out = sha256_end(&run);
    return OK;
}

static uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Little-endian whatever the machine, so that the hash can be stored. */
static uint64_t word_at(const unsigned char *at, size_t length) {
    uint64_t word = 0;
    for (size_t i = 0; i < length; i++) word |= (uint64_t)at[i] << (8 * i);
    return word;
}

static uint64_t word8_at(const unsigned char *at) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
#else
    return word_at(at, 8);
#endif
}

static const uint64_t odd1 = UINT64_C(0xa0761d6478bd642f), odd2 = UINT64_C(0xe7037ed1a0b428db),
                      odd3 = UINT64_C(0x8ebc6af09c88c6e3);

uint64_t hash64(const void *bytes, size_t length, uint64_t seed) {
    const unsigned char *at = bytes;
    uint64_t state = seed ^ odd1;
    size_t left = length;
    for (; left >= 16; left -= 16, at += 16) state = fold(word8_at(at) ^ odd2, word8_at(at + 8) ^ state);
    uint64_t low = left >= 8 ? word8_at(at) : word_at(at, left);
    uint64_t high = left > 8 ? word_at(at + 8, left - 8) : 0;
    return fold(odd2 ^ length, fold(low ^ odd3, high ^ state));
}

uint64_t hash64_int(uint64_t value) { /* the finaliser of splitmix64 */
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

void base64url_write(Buf *out, Text bytes) {
    size_t room = sodium_base64_encoded_len(bytes.length, sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* counts the final NUL */
    char *into = buf_reserve(out, room);
    if (!into) return;
    sodium_bin2base64(into, room, (const unsigned char *)bytes.at, bytes.length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out->length += strlen(into);
}

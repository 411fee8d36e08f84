#include "base/hash.h"
#include "tests/test.h"

static const char *hex_of(Sha256 hash) {
    static char hex[SHA256_HEX];
    sha256_hex(&hash, hex);
    return hex;
}

TEST(hash_sha256_matches_fips_180) {
    CHECK_STR(hex_of(sha256(text_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_STR(hex_of(sha256(text_of(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    Sha256Run run = sha256_begin();
    sha256_add(&run, text_of("a"));
    sha256_add(&run, text_of("bc"));
    CHECK_STR(hex_of(sha256_end(&run)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(hash_sha256_is_libsodiums_for_every_length_and_split) {
    uint8_t bytes[700];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37 + i / 251);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        uint8_t wanted[SHA256_BYTES];
        crypto_hash_sha256(wanted, bytes, length);
        Sha256 whole = sha256(text_from(bytes, length));
        CHECK(memcmp(whole.at, wanted, SHA256_BYTES) == 0);
        Sha256Run run = sha256_begin();
        size_t step = 1 + length % 97;
        for (size_t at = 0; at < length; at += step) sha256_add(&run, text_from(bytes + at, length - at < step ? length - at : step));
        Sha256 parts = sha256_end(&run);
        CHECK(memcmp(parts.at, wanted, SHA256_BYTES) == 0);
    }
}

TEST(hash_hex_reads_back) {
    Sha256 hash = sha256(text_of("x")), back;
    Why why;
    CHECK_OK(sha256_of_hex(text_of(hex_of(hash)), &back, &why));
    CHECK(sha256_equal(&hash, &back));
    CHECK_FAILS(ERR_INVALID, sha256_of_hex(text_of("abc"), &back, &why));
    CHECK_FAILS(ERR_INVALID, sha256_of_hex(text_of("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), &back, &why));
}

/* Stored values depend on these: they must never change. */
TEST(hash64_is_the_same_for_ever) {
    CHECK(hash64("", 0, 0) == hash64(NULL, 0, 0));
    CHECK(hash64("abc", 3, 0) != hash64("abd", 3, 0));
    CHECK(hash64("abc", 3, 0) != hash64("abc", 3, 1));
    CHECK(hash64("abc\0", 4, 0) != hash64("abc", 3, 0));
    char zeros[64] = { 0 };
    for (size_t a = 0; a < 64; a++)
        for (size_t b = a + 1; b <= 64; b++) CHECK(hash64(zeros, a, 0) != hash64(zeros, b, 0));
}

TEST(hash64_spreads_evenly) {
    enum { BINS = 1024, KEYS = 102400 };
    static int low[BINS], high[BINS];
    for (uint32_t i = 0; i < KEYS; i++) {
        uint64_t hash = hash64(&i, sizeof i, 0);
        low[hash % BINS]++;
        high[hash >> 54]++;
    }
    for (int i = 0; i < BINS; i++) {
        CHECK(low[i] > 40 && low[i] < 170);
        CHECK(high[i] > 40 && high[i] < 170);
    }
}

TEST(hash_base64url_matches_rfc_4648) {
    static const struct { const char *plain, *coded; } rows[] = {
        { "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" }, { "\xFB\xFF", "-_8" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        own(buf_end) Buf coded = buf_begin(100);
        base64url_write(&coded, text_of(rows[i].plain));
        CHECK_STR(buf_str(&coded), rows[i].coded);
    }
}

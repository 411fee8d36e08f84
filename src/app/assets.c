#include "app/assets.h"

#include <string.h>

#include "base/embed.h"
#include "base/hash.h"

extern const EmbeddedFile embedded_web[];

enum { ASSETS_MOST = 32 };

static const struct { const char *ending, *type; } types[] = {
    { ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" }, { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" }, { ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *path) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (text_ends(text_of(path), types[i].ending)) return types[i].type;
    return "application/octet-stream";
}

/* All but the page itself carry a hash in their name, or are as lasting as one that does: they live below /assets/. */
int assets_read(Arena *work, const Asset **out_assets) {
    Asset *assets = many_in(work, Asset, ASSETS_MOST);
    int count = 0;
    for (const EmbeddedFile *file = embedded_web; file->name && count < ASSETS_MOST; file++) {
        Sha256 hash = sha256(text_from(file->bytes, file->length));
        char hex[SHA256_HEX];
        sha256_hex(&hash, hex);
        assets[count++] = (Asset){ .path = text_format(work, text_is(text_of(file->name), "index.html") ? "/%s" : "/assets/%s", file->name), .content_type = type_of(file->name), .bytes = file->bytes, .length = file->length,
                                   .etag = text_format(work, "\"%.32s\"", hex) };
    }
    *out_assets = assets;
    return count;
}

/* assets.h - the workbench's built files, embedded in the binary. */
#pragma once
#include "api/api.h"

int assets_read(Arena *work, const Asset **out_assets);      /* how many; the bytes are the binary's own */

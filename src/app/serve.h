/* serve.h - runs the server until SIGINT or SIGTERM. `started` is called once connections are taken. */
#pragma once
#include "app/app.h"

Err app_serve(App *app, void (*started)(void *self, int port), void *self, Why *why);

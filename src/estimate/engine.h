/* engine.h - the version of everything that turns facts into numbers: model rows and steps name it, and another one computes anew. */
#pragma once
#define PLAN_ENGINE "0.6.0"

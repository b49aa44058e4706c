// fuzz.h — what every fuzz target offers, as libFuzzer expects it.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// dec.h — decimals of 34 digits (IEEE 754 decimal128), half-even: money, rules, JSON numbers.
//
// Never goes through binary floating point. Parsing and printing are our own (libdfp's print
// takes 25 µs); libdfp gives the functions.
#pragma once
#include "base/str.h"

typedef _Decimal128 dec;

bool dec_parse(struct str, dec *out);             // JSON/FEEL number syntax; false on anything else
void dec_print(struct buf *, dec);                // shortest plain form: 1.50 -> 1.5, 1E+30 written out
                                                  // up to 34 digits, exponent form only beyond
void dec_print_scaled(struct buf *, dec);         // keeps the scale: 1.50 -> 1.50
struct str dec_str(struct arena *, dec);
dec dec_of_int(int64_t);
bool dec_to_int(dec, int64_t *out);               // false unless integral and in range
bool dec_is_int(dec);
bool dec_finite(dec);
int dec_cmp(dec, dec);
dec dec_floor(dec), dec_ceil(dec), dec_trunc(dec), dec_abs(dec);
enum dec_round { DEC_HALF_EVEN, DEC_HALF_UP, DEC_HALF_DOWN, DEC_UP, DEC_DOWN, DEC_FLOOR, DEC_CEIL };
dec dec_round(dec, int scale, enum dec_round);    // scale = digits behind the point, may be negative
dec dec_mod(dec a, dec b);                        // FEEL modulo: a - b*floor(a/b)
dec dec_pow(dec a, dec b), dec_sqrt(dec), dec_exp(dec), dec_log(dec);   // not finite when undefined
uint64_t dec_hash(dec);                           // equal numbers, equal hash

// gen_cmd.h — `tongban gen N DIR [--city CITY]`: a synthetic city of N items, for measuring at full size.
//
// The city is copied and its own items are varied: names, codes, words and 6 KB of guide text each, so
// that every reference, rule and form is a real one. The same N and city give the same files.
#pragma once

int gen_cmd(int argc, char **argv);

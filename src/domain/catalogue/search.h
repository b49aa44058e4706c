// placeholder until merge
#pragma once
#include "domain/catalogue/catalogue.h"
struct search;
struct search *search_new(struct catalogue *);
void search_free(struct search *);

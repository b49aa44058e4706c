// asset.c — look-ups in the tables of what is built in. A dozen entries: a loop is enough.
#include "web/asset.h"

const struct asset *asset_find(struct str path)
{
	for (size_t i = 0; i < asset_count; i++)
		if (str_eq(path, str_of(asset_list[i].path))) return &asset_list[i];
	return NULL;
}

const struct asset *asset_named(struct str name)
{
	for (size_t i = 0; i < asset_count; i++)
		if (str_eq(name, str_of(asset_list[i].name))) return &asset_list[i];
	return NULL;
}

bool asset_text(struct str name, struct str *out)
{
	for (size_t i = 0; i < asset_text_count; i++)
		if (str_eq(name, str_of(asset_texts[i].name))) {
			*out = (struct str){ asset_texts[i].p, asset_texts[i].n };
			return true;
		}
	return false;
}

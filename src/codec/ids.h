// ids.h — numbers with rules: identity documents, organisation codes, certificate identifiers, phones.
//
// Needs   text through ids_normal first (people type spaces, small letters and full-width signs).
// Time    `today` is passed in; a birth date in the future or more than 130 years ago is refused.
// Errors  a fault, so that a form can say which part is wrong; ids_err makes the sentence of it.
// Holds   a region is refused only when no province has its prefix: the codes of abolished counties
//         stay valid in old numbers.
#pragma once
#include "base/day.h"
#include "base/err.h"

enum ids_fault { IDS_OK, IDS_FORMAT, IDS_REGION, IDS_DATE, IDS_CHECKSUM };
enum ids_sex { IDS_SEX_UNKNOWN, IDS_MALE, IDS_FEMALE };     // numbers of GB/T 2261.1

enum ids_kind {
	IDS_RESIDENT,              // 公民身份号码, GB 11643-1999; 18 places
	IDS_FOREIGN_PR,            // 外国人永久居留身份证: 2023 version (18 digits) and 2017 version (15 characters)
	IDS_HKMO_PERMIT,           // 港澳居民来往内地通行证
	IDS_TAIWAN_PERMIT,         // 台湾居民来往大陆通行证
	IDS_HKMOTW_RESIDENCE,      // 港澳居民居住证, 台湾居民居住证
	IDS_TO_HKMO,               // 往来港澳通行证
	IDS_TO_TAIWAN,             // 大陆居民往来台湾通行证
	IDS_PASSPORT_CN,           // ordinary, official, service, diplomatic
	IDS_PASSPORT_FOREIGN,      // shape only
};

// What a number says about its holder. Only resident, residence and 2023 foreign numbers say anything.
struct ids_person { bool has_birth; day_t born; enum ids_sex sex; };

struct str ids_normal(struct arena *, struct str);   // trimmed, upper case, full-width ASCII made half-width
enum ids_fault ids_check(enum ids_kind, struct str, day_t today, struct ids_person *out);   // out may be NULL
bool ids_kind_of_code(struct str code, enum ids_kind *out); // certificate-type code of GA/T 2000.156: "111", "414" …
extern const struct ids_type { const char *code, *zh, *en; } ids_types[];   // certificate types and, as "uscc", the credit code; ends with code NULL

// Unified social credit code, GB 32100-2015. *inner_ok: the organisation code inside (GB 11714) fits
// its own check; a mismatch is worth a warning, no refusal. May be NULL.
enum ids_fault ids_uscc(struct str, bool *inner_ok);

// Electronic certificate identifier 电子证照标识, GB/T 36904: root.type.issuer.serial.version.check
#define IDS_CERTIFICATE_ROOT "1.2.156.3005.2"
enum ids_fault ids_certificate(struct str);
char ids_mod_37_36(struct str);   // ISO 7064 over 0-9 A-Z; 0 when another sign occurs
struct str ids_certificate_make(struct arena *, struct str type, struct str issuer, struct str serial, uint32_t version);

enum ids_phone { IDS_PHONE_BAD, IDS_PHONE_MOBILE, IDS_PHONE_LANDLINE, IDS_PHONE_SERVICE };   // service: 12345, 95xxx, 400 …
enum ids_phone ids_phone(struct arena *, struct str, struct str *out);   // out: without spaces, country code and mobile hyphens

// NULL for IDS_OK. label is the field's name as its reader knows it.
struct err *ids_err(struct arena *, enum ids_fault, struct str field, struct str label);

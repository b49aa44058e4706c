// story_paper.h — papers that stories hand in for a machine to read, by the certificate's code:
// handed-CODE.pdf (as the library gave it out), printed-CODE.pdf (other bytes, the same words), altered-CODE.pdf,
// photo-CODE.pdf (its QR code alone), and bomb.pdf.
#pragma once
#include "domain/domain.h"

must_use struct err *story_paper(struct plan *, struct str name, struct str *out, bool *known);

// RTDS as the venue tells it: a row of its activity feed, for servers that hear of trades there.
#ifndef RTDS_H
#define RTDS_H

#include "event.h"

// The mark is in the transaction's hash; the same memory with each call.
const char *rtds_row(const struct mark *mark, int wallet, size_t *length);

#endif

// The market channel of an order book venue, from both ends: what a venue tells, and what its clients say.
#ifndef BOOKS_H
#define BOOKS_H

#include "server.h"

// A token of level l is followed by 10^l clients, as a wallet is; the clients of books follow none of level 0.
void books_subscribe(const struct client *client, struct bytes *out);

// What the venue answers: a PING, and a subscribe with the books of what it names.
void books_answer(struct link *link, const struct ws_frame *frame);

// A change of a token's book, and of the market's other token; the same memory with each call.
const char *books_change(const struct mark *mark, int token, uint64_t number, size_t *length);

#endif

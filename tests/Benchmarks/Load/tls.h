// TLS 1.3 over a socket that never blocks, for both ends: one cipher suite for everybody, and nobody resumes.
#ifndef TLS_H
#define TLS_H

#include "net.h"
#include <openssl/ssl.h>
#include <sys/socket.h>

SSL *tls_dialled(int fd);       // whose certificate it is does not matter: it was made for this run
SSL *tls_accepted(int fd);      // none, as long as nobody is identified
void tls_identify(const char *certificate, const char *key);
int tls_shake(SSL *tls);        // 1: hands are shaken. 0: more has to come. -1: it is over

ssize_t tls_read(SSL *tls, void *to, size_t count);     // as recv says it; a record at a time
bool tls_send(SSL *tls, struct bytes *out);             // as net_send

// Without TLS a connection has none.
static inline ssize_t line_read(int fd, SSL *tls, void *to, size_t count) { return tls ? tls_read(tls, to, count) : recv(fd, to, count, 0); }
static inline bool line_send(int fd, SSL *tls, struct bytes *out) { return tls ? tls_send(tls, out) : net_send(fd, out); }

// What has been read already and not been asked for: the socket will not tell of it.
static inline bool line_has_more(SSL *tls) { return tls && SSL_has_pending(tls); }

#endif

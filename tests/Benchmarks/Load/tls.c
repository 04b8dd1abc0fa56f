#include "tls.h"
#include <errno.h>
#include <openssl/err.h>

enum { READ_AHEAD = 64 << 10 };

static SSL_CTX *identity;

static SSL_CTX *context_of(const SSL_METHOD *method) {
    SSL_CTX *context = SSL_CTX_new(method);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    // One read of the socket for all that has come, and no buffers while nothing comes.
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

static SSL *over(SSL_CTX *context, int fd) {
    SSL *tls = SSL_new(context);
    if (!tls || !SSL_set_fd(tls, fd)) die("no TLS: %s", ERR_error_string(ERR_get_error(), NULL));
    return tls;
}

SSL *tls_dialled(int fd) {
    static SSL_CTX *context;
    if (!context) {
        context = context_of(TLS_client_method());
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    }
    SSL *tls = over(context, fd);
    SSL_set_connect_state(tls);
    return tls;
}

SSL *tls_accepted(int fd) {
    if (!identity) return NULL;
    SSL *tls = over(identity, fd);
    SSL_set_accept_state(tls);
    return tls;
}

void tls_identify(const char *certificate, const char *key) {
    identity = context_of(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(identity, certificate) != 1 || SSL_CTX_use_PrivateKey_file(identity, key, SSL_FILETYPE_PEM) != 1)
        die("%s and %s are no certificate with its key", certificate, key);
}

// True: nothing is wrong, it would have had to wait.
static bool has_to_wait(SSL *tls, int result) {
    int error = SSL_get_error(tls, result);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

int tls_shake(SSL *tls) {
    int result = SSL_do_handshake(tls);
    return result == 1 ? 1 : has_to_wait(tls, result) ? 0 : -1;
}

ssize_t tls_read(SSL *tls, void *to, size_t count) {
    int result = SSL_read(tls, to, (int)count);
    if (result > 0) return result;
    if (!has_to_wait(tls, result)) return 0;
    errno = EAGAIN;
    return -1;
}

bool tls_send(SSL *tls, struct bytes *out) {
    while (bytes_count(out) > 0) {
        int result = SSL_write(tls, bytes_front(out), (int)bytes_count(out));
        if (result <= 0) return has_to_wait(tls, result);
        bytes_take(out, (size_t)result);
    }
    return true;
}

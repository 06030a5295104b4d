/* Preloaded into a server that offers no choice of address: a bind() to the wildcard address goes to loopback instead.
 * cc -shared -fPIC -O2 -o loopback_bind.so loopback_bind.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
  static bind_function real_bind;
  if (!real_bind) real_bind = (bind_function)dlsym(RTLD_NEXT, "bind");

  if (address && address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
    struct sockaddr_in ipv4;
    memcpy(&ipv4, address, sizeof ipv4);
    if (ipv4.sin_addr.s_addr == htonl(INADDR_ANY)) ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return real_bind(descriptor, (struct sockaddr *)&ipv4, sizeof ipv4);
  }
  if (address && address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
    struct sockaddr_in6 ipv6;
    memcpy(&ipv6, address, sizeof ipv6);
    if (!memcmp(&ipv6.sin6_addr, &in6addr_any, sizeof in6addr_any)) ipv6.sin6_addr = in6addr_loopback;
    return real_bind(descriptor, (struct sockaddr *)&ipv6, sizeof ipv6);
  }
  return real_bind(descriptor, address, length);
}

/* lwIP's socket options and stint's.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_LWIP_OPTIONS_H
#define STINT_LWIP_OPTIONS_H

#include "stint_sockets/sockets.h"

enum lwip_option_kind {
    LWIP_OPTION_UNKNOWN,
    LWIP_OPTION_NUMBER,       /* an int, the same in stint */
    LWIP_OPTION_FLAG,         /* an int: 0, or anything else for 1 */
    LWIP_OPTION_MILLISECONDS, /* an int; stint's are seconds, rounded up */
    LWIP_OPTION_TIMEOUT,      /* struct timeval */
    LWIP_OPTION_LINGER,       /* struct linger */
    LWIP_OPTION_ERROR,        /* read only: an errno */
    LWIP_OPTION_TYPE,         /* read only: SOCK_STREAM and so on */
    LWIP_OPTION_LISTENS,      /* read only: 1 of a listener, streams only */
    LWIP_OPTION_INTERFACE,    /* struct ifreq, only to be set; stint's is a number */
    LWIP_OPTION_OCTET,        /* an octet, the same in stint */
    LWIP_OPTION_JOIN,         /* struct ip_mreq, only to be set */
    LWIP_OPTION_LEAVE,
    LWIP_OPTION_JOIN_IPV6, /* struct ipv6_mreq, only to be set */
    LWIP_OPTION_LEAVE_IPV6,
    LWIP_OPTION_MULTICAST_INTERFACE, /* struct in_addr; stint's is a number */
};

struct lwip_option {
    int level;
    int name;
    enum lwip_option_kind kind;
    enum stint_option option; /* of those kinds that have one */
};

/* LWIP_OPTION_UNKNOWN when there is no such option here. */
struct lwip_option lwip_option_find(int level, int name);

#endif

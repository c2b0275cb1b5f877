/* Linux' socket options and stint's.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PRELOAD_LINUX_OPTIONS_H
#define STINT_PRELOAD_LINUX_OPTIONS_H

#include "stint_sockets/sockets.h"

enum linux_option_kind {
    LINUX_OPTION_UNKNOWN,
    LINUX_OPTION_NUMBER,  /* an int, the same in stint */
    LINUX_OPTION_FLAG,    /* an int: 0, or anything else for 1 */
    LINUX_OPTION_LINGER,  /* struct linger */
    LINUX_OPTION_ERROR,   /* an errno */
    LINUX_OPTION_TOKEN,   /* the kernel's own, of the token: the timeouts that it keeps for us */
    LINUX_OPTION_IGNORED, /* an int: may be set to anything, a hint that changes nothing */
    LINUX_OPTION_FACT,    /* read only: what the socket is */
    LINUX_OPTION_JOIN,    /* struct ip_mreq, ip_mreqn or ipv6_mreq; only to be set */
    LINUX_OPTION_LEAVE,
    LINUX_OPTION_JOIN_BY_REQUEST, /* struct group_req; only to be set */
    LINUX_OPTION_LEAVE_BY_REQUEST,
    LINUX_OPTION_MULTICAST_INTERFACE, /* an address or struct ip_mreqn; told as an address */
};

struct linux_option {
    int level;
    int name;
    enum linux_option_kind kind;
    enum stint_option option; /* of those kinds that have one */
};

/* LINUX_OPTION_UNKNOWN when there is no such option here. */
struct linux_option linux_option_find(int level, int name);

#endif

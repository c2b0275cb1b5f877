/* What the halves of SLAAC share: addresses that begin, and time that is up.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_CLIENT_SLAAC_INTERNAL_H
#define STINT_CLIENT_SLAAC_INTERNAL_H

#include "stint/client/slaac.h"

/* A new address in a record that is free: the prefix's 64 bits and an identifier of ours; the check
 * for duplicates begins. Lifetimes are the caller's. */
void stint_slaac_begin_address(struct stint_slaac *slaac, struct stint_instant now,
    struct stint_slaac_address *record, const struct stint_address *prefix);

/* Lets go of routers, servers and addresses whose time is up. */
void stint_slaac_expire(struct stint_slaac *slaac, struct stint_instant now);

/* The router to use: one that answers before one that does not, then by preference; NULL: none. */
const struct stint_slaac_router *stint_slaac_best_router(const struct stint_slaac *slaac);

/* The first instant at which stint_slaac_expire() has something to do. */
struct stint_instant stint_slaac_expiry(const struct stint_slaac *slaac);

#endif

/* Congestion control: how much may be in flight (RFC 5681). The seam behind which algorithms are
 * chosen. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * What is outstanding, lost or retransmitted is known to tcp_recovery; here is only the window. All
 * amounts are in bytes.
 */
#ifndef STINT_SOCKET_CONGESTION_H
#define STINT_SOCKET_CONGESTION_H

#include "stint/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

enum stint_congestion_algorithm {
    STINT_CONGESTION_NEWRENO, /* socket/newreno.h */
};

/* No window grows past it: sums of windows fit 32 bits. */
enum { STINT_CONGESTION_WINDOW_MAXIMUM = 1 << 30 };

struct stint_congestion {
    uint32_t window;
    uint32_t threshold;   /* slow start below it */
    uint32_t accumulated; /* acknowledged since the window last grew in congestion avoidance */
    uint16_t segment;     /* the sender's maximum segment size */
    uint8_t algorithm;    /* enum stint_congestion_algorithm */
    bool after_timeout;   /* in the slow start that follows a timeout (RFC 3465 2.3) */
};

/* The initial window of RFC 6928 for this segment size (1 or more). */
void stint_congestion_init(struct stint_congestion *congestion,
    enum stint_congestion_algorithm algorithm, uint16_t segment);

/* New data was acknowledged outside of recovery, while the window was what limited the sender. */
void stint_congestion_acknowledged(struct stint_congestion *congestion, uint32_t acknowledged);

/* Loss was detected by duplicate acknowledgments; `in_flight` as it was then. */
void stint_congestion_loss(struct stint_congestion *congestion, uint32_t in_flight);

/* The retransmission timer expired. */
void stint_congestion_timeout(struct stint_congestion *congestion, uint32_t in_flight);

/* Nothing was sent for at least one retransmission timeout (RFC 5681 4.1). */
void stint_congestion_idle(struct stint_congestion *congestion);

#ifdef __cplusplus
}
#endif

#endif

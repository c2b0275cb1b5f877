/* Congestion control: the initial window, the restart after idleness, and which algorithm answers.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/socket/congestion.h"
#include "stint/socket/newreno.h"

/* RFC 6928 2: min(10 * MSS, max(2 * MSS, 14600)). */
static uint32_t initial_window(uint16_t segment)
{
    const uint32_t two_segments = 2u * segment;
    const uint32_t ten_segments = 10u * segment;
    const uint32_t floor = two_segments > 14600 ? two_segments : 14600;
    return ten_segments < floor ? ten_segments : floor;
}

void stint_congestion_init(struct stint_congestion *congestion,
    enum stint_congestion_algorithm algorithm, uint16_t segment)
{
    congestion->segment = segment;
    congestion->window = initial_window(segment);
    /* RFC 5681 3.1: arbitrarily high, so that the network and not the host sets the limit. */
    congestion->threshold = STINT_CONGESTION_WINDOW_MAXIMUM;
    congestion->accumulated = 0;
    congestion->algorithm = (uint8_t)algorithm;
    congestion->after_timeout = false;
}

void stint_congestion_acknowledged(struct stint_congestion *congestion, uint32_t acknowledged)
{
    switch ((enum stint_congestion_algorithm)congestion->algorithm) {
    case STINT_CONGESTION_NEWRENO:
        stint_newreno_acknowledged(congestion, acknowledged);
        break;
    }
}

void stint_congestion_loss(struct stint_congestion *congestion, uint32_t in_flight)
{
    switch ((enum stint_congestion_algorithm)congestion->algorithm) {
    case STINT_CONGESTION_NEWRENO:
        stint_newreno_loss(congestion, in_flight);
        break;
    }
}

void stint_congestion_timeout(struct stint_congestion *congestion, uint32_t in_flight)
{
    switch ((enum stint_congestion_algorithm)congestion->algorithm) {
    case STINT_CONGESTION_NEWRENO:
        stint_newreno_timeout(congestion, in_flight);
        break;
    }
}

void stint_congestion_idle(struct stint_congestion *congestion)
{
    const uint32_t restart_window = initial_window(congestion->segment);
    if (congestion->window > restart_window) {
        congestion->window = restart_window;
    }
    congestion->accumulated = 0;
}

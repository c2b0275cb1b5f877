/* What is reported of data that came out of order (RFC 2018 4).
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "tcp_internal.h"

void stint_tcp_report_sack(
    const struct stint_tcp_receiver *receiver, struct stint_tcp_options *options)
{
    for (uint8_t i = 0; i < receiver->assembler.count; i++) {
        const struct stint_tcp_sack_block block = {
            .begin = stint_sequence_after(receiver->next, receiver->assembler.ranges[i].begin),
            .end = stint_sequence_after(receiver->next, receiver->assembler.ranges[i].end),
        };
        const bool holds_latest = stint_sequence_is_within(
            receiver->latest, block.begin, stint_sequence_distance(block.begin, block.end));
        if (holds_latest && options->sack_count > 0) {
            if (options->sack_count < STINT_TCP_SACK_BLOCKS) {
                options->sack_count++;
            }
            for (uint8_t j = (uint8_t)(options->sack_count - 1); j > 0; j--) {
                options->sack[j] = options->sack[j - 1];
            }
            options->sack[0] = block;
        } else if (options->sack_count < STINT_TCP_SACK_BLOCKS) {
            options->sack[options->sack_count] = block;
            options->sack_count++;
        }
    }
}

/* Proof of wire/tcp_sequence: the circle of sequence numbers, and that it has an order.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * proves: include/stint/wire/tcp_sequence.h proofs/wp_tcp_sequence.c
 */
#include "facts.h"
#include "stint/wire/tcp_sequence.h"

/* Of two different numbers exactly one is before the other, unless half the circle lies between. */
/*@ requires stint_ahead(a.number, b.number) != 0x80000000;
    assigns \nothing;
    ensures a.number != b.number ==> \result == 1;
    ensures a.number == b.number ==> \result == 0; */
int how_many_are_before_the_other(struct stint_sequence a, struct stint_sequence b)
{
    return (stint_sequence_is_before(a, b) ? 1 : 0) + (stint_sequence_is_before(b, a) ? 1 : 0);
}

/* What was moved forward by less than half the circle is later, wherever the circle closes. */
/*@ requires 0 < count < 0x80000000;
    assigns \nothing;
    ensures \result; */
bool is_later_when_moved_forward(struct stint_sequence sequence, uint32_t count)
{
    return stint_sequence_is_before(sequence, stint_sequence_after(sequence, count));
}

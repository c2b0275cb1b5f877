/* What the prover must be told about unsigned numbers, for it knows them as integers; tools/prove
 * has each fact checked on bit vectors by facts.smt2. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_FACTS_H
#define STINT_PROOFS_FACTS_H

#include "stint/base/bytes.h"

/*@ axiomatic Facts {
        axiom a_number_past_the_end_wraps:
            \forall integer x; 0x100000000 <= x < 0x200000000 ==>
                (uint32_t)x == x - 0x100000000;
        axiom a_number_below_zero_wraps:
            \forall integer x; -0x100000000 <= x < 0 ==> (uint32_t)x == x + 0x100000000;
        axiom a_mask_keeps_what_is_below_a_power_of_two:
            \forall integer index, mask; stint_is_power_of_two(mask + 1) ==>
                0 <= index <= mask ==> (index & mask) == index;
        axiom a_mask_takes_a_power_of_two_off:
            \forall integer index, mask; stint_is_power_of_two(mask + 1) ==>
                mask < index <= 2 * mask + 1 ==> (index & mask) == index - (mask + 1);
    } */

#endif

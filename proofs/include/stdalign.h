/* The header stdalign.h for the prover, which does not know _Alignas; no proof rests on alignment.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_PROOFS_STDALIGN_H
#define STINT_PROOFS_STDALIGN_H

#define alignas(type)

#endif

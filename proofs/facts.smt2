; The facts of proofs/include/facts.h, each denied on bit vectors: every answer must be unsat.
; SPDX-License-Identifier: Apache-2.0 OR MIT
(set-logic QF_BV)
(declare-const x (_ BitVec 34)) ; a number below 2^33, or from -2^33
(declare-const mask (_ BitVec 34))
(define-fun low_32 () (_ BitVec 34) ((_ zero_extend 2) ((_ extract 31 0) x)))
(define-fun below_wrap () (_ BitVec 34) #b0011111111111111111111111111111111)
(define-fun mask_is_of_a_power_of_two () Bool
    (and (bvule mask below_wrap) (= (bvand (bvadd mask (_ bv1 34)) mask) (_ bv0 34))))

; a_number_past_the_end_wraps
(push)
(assert (and (bvuge x (_ bv4294967296 34)) (bvult x (_ bv8589934592 34))))
(assert (not (= low_32 (bvsub x (_ bv4294967296 34)))))
(check-sat)
(pop)

; a_number_below_zero_wraps
(push)
(assert (and (bvsge x (bvneg (_ bv4294967296 34))) (bvslt x (_ bv0 34))))
(assert (not (= low_32 (bvadd x (_ bv4294967296 34)))))
(check-sat)
(pop)

; a_mask_keeps_what_is_below_a_power_of_two
(push)
(assert (and mask_is_of_a_power_of_two (bvule x mask)))
(assert (not (= (bvand x mask) x)))
(check-sat)
(pop)

; a_mask_takes_a_power_of_two_off
(push)
(assert (and mask_is_of_a_power_of_two (bvult mask x)))
(assert (bvule x (bvadd (bvmul (_ bv2 34) mask) (_ bv1 34))))
(assert (not (= (bvand x mask) (bvsub x (bvadd mask (_ bv1 34))))))
(check-sat)
(pop)

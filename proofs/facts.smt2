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

; Pigeonholes, for proofs/wp_timers.c: no function takes the numbers from 0 to n to different ones below n.
(reset)
(declare-const n Int)
(declare-const count Int)
(declare-const armed Int)
(declare-const timer Int)
(declare-fun f (Int) Int)
(declare-fun positions (Int) Int)
(define-fun g ((i Int)) Int (ite (= (f i) n) (f (+ n 1)) (f i)))
(define-fun heap_then_timer ((i Int)) Int (ite (< i count) (f i) timer))

; None does when n is 0.
(push)
(assert (= n 0))
(assert (forall ((i Int)) (=> (<= 0 i n) (and (<= 0 (f i)) (< (f i) n)))))
(check-sat)
(pop)

; If f did when it is n + 1, g would when it is n: it takes the last number to where f took one to n.
(push)
(assert (<= 0 n))
(assert (forall ((i Int)) (=> (<= 0 i (+ n 1)) (and (<= 0 (f i)) (< (f i) (+ n 1))))))
(assert (forall ((i Int) (j Int)) (=> (and (<= 0 i) (< i j) (<= j (+ n 1))) (not (= (f i) (f j))))))
(assert (not (and (forall ((i Int)) (=> (<= 0 i n) (and (<= 0 (g i)) (< (g i) n))))
                  (forall ((i Int) (j Int)) (=> (and (<= 0 i) (< i j) (<= j n)) (not (= (g i) (g j))))))))
(check-sat)
(pop)

; timers_in_different_places_leave_room: were as many armed as there are, the heap (f) and then the timer that is off would.
(push)
(assert (forall ((p Int)) (=> (and (<= 0 p) (< p armed)) (and (<= 0 (f p)) (< (f p) count) (= (positions (f p)) p)))))
(assert (and (<= 0 timer) (< timer count) (<= count armed)))
(assert (forall ((p Int)) (=> (and (<= 0 p) (< p armed)) (not (= (f p) timer)))))
(assert (not (and (forall ((i Int)) (=> (<= 0 i count) (and (<= 0 (heap_then_timer i)) (< (heap_then_timer i) count))))
                  (forall ((i Int) (j Int))
                      (=> (and (<= 0 i) (< i j) (<= j count)) (not (= (heap_then_timer i) (heap_then_timer j))))))))
(check-sat)
(pop)

;; Finds a word in lines. What is written to its memory, and what `find` takes, is told in find.ts; .build/wasm.mjs
;; makes find-code.ts of this.
(module
  (memory (export "memory") 9)

  ;; Whether the word stands at $q. Its bytes are at 0, and at 1024 with letters in the other case.
  (func $stands (param $q i32) (param $length i32) (result i32)
    (local $k i32) (local $byte i32)
    (loop $next
      (local.set $byte (i32.load8_u (i32.add (local.get $q) (local.get $k))))
      (if (i32.and
            (i32.ne (local.get $byte) (i32.load8_u (local.get $k)))
            (i32.ne (local.get $byte) (i32.load8_u offset=1024 (local.get $k))))
        (then (return (i32.const 0))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $k) (local.get $length))))
    (i32.const 1))

  ;; $text, $until: where the lines begin and end. $length: of the word, at least 1. $i, $j: of its bytes, the two that
  ;; are compared first, of 16 places at once. $ends: where each line ends, as in the block; $shift is what that lies
  ;; before its place in memory. Writes the places of the lines with the word, counted from $first, to $out, each as
  ;; two bytes, and returns how many they are.
  (func (export "find")
    (param $text i32) (param $until i32) (param $length i32) (param $i i32) (param $j i32)
    (param $ends i32) (param $shift i32) (param $first i32) (param $out i32) (result i32)
    (local $p i32) (local $last i32) (local $bits i32) (local $q i32) (local $line i32) (local $end i32) (local $to i32)
    (local $li v128) (local $ui v128) (local $lj v128) (local $uj v128) (local $a v128) (local $b v128)
    (local.set $li (v128.load8_splat (local.get $i)))
    (local.set $ui (v128.load8_splat offset=1024 (local.get $i)))
    (local.set $lj (v128.load8_splat (local.get $j)))
    (local.set $uj (v128.load8_splat offset=1024 (local.get $j)))
    (local.set $p (local.get $text))
    (local.set $to (local.get $out))
    (local.set $last (i32.sub (local.get $until) (local.get $length)))
    (block $done
      (loop $sixteen
        (br_if $done (i32.gt_s (local.get $p) (local.get $last)))
        (local.set $a (v128.load (i32.add (local.get $p) (local.get $i))))
        (local.set $b (v128.load (i32.add (local.get $p) (local.get $j))))
        (local.set $bits (i8x16.bitmask (v128.and
          (v128.or (i8x16.eq (local.get $a) (local.get $li)) (i8x16.eq (local.get $a) (local.get $ui)))
          (v128.or (i8x16.eq (local.get $b) (local.get $lj)) (i8x16.eq (local.get $b) (local.get $uj))))))
        (block $none
          (br_if $none (i32.eqz (local.get $bits)))
          (loop $bit
            (local.set $q (i32.add (local.get $p) (i32.ctz (local.get $bits))))
            (br_if $done (i32.gt_s (local.get $q) (local.get $last)))
            (if (call $stands (local.get $q) (local.get $length))
              (then
                (loop $next
                  (local.set $end (i32.add (local.get $shift)
                    (i32.load (i32.add (local.get $ends) (i32.shl (local.get $line) (i32.const 2))))))
                  (if (i32.le_u (local.get $end) (local.get $q))
                    (then
                      (local.set $line (i32.add (local.get $line) (i32.const 1)))
                      (br $next))))
                ;; Over the end of a line it is none.
                (if (i32.le_u (i32.add (local.get $q) (local.get $length)) (local.get $end))
                  (then
                    (i32.store16 (local.get $to) (i32.add (local.get $first) (local.get $line)))
                    (local.set $to (i32.add (local.get $to) (i32.const 2)))
                    (local.set $p (local.get $end))
                    (br $sixteen)))))
            (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
            (br_if $bit (local.get $bits))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $sixteen)))
    (i32.shr_u (i32.sub (local.get $to) (local.get $out)) (i32.const 1))))

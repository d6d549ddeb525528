// Vectors of four floats, or of one where four are too many: tails run through the same code.

/** Loads `width` (4 or 1) floats; the rest of the lanes are zero. */
// @ts-ignore: decorator

export function loadLanes(address: usize, width: i32): v128 {
  return width == 4 ? v128.load(address) : v128.load32_zero(address);
}

/** Stores the first `width` (4 or 1) floats. */
// @ts-ignore: decorator

export function storeLanes(address: usize, value: v128, width: i32): void {
  if (width == 4) v128.store(address, value);
  else v128.store32_lane(address, value, 0);
}

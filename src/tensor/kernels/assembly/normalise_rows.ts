// Rows of unit length.

/** The reciprocal of a row's length, in f64 so that no square overflows; 0 for a row of zeros. */
export function inverseLength(row: usize, size: usize): f64 {
  let squares: f64 = 0;
  for (let o: usize = 0; o < size * 4; o += 4) {
    const value = <f64> f32.load(row + o);
    squares += value * value;
  }
  return squares == 0 ? 0 : 1 / Math.sqrt(squares);
}

/** y = x / |x| of each row of x [rows, size]; zeros stay zeros. */
export function normaliseRows(x: usize, rows: usize, size: usize, y: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const scale = inverseLength(x, size);
    for (let o: usize = 0; o < size * 4; o += 4) {
      f32.store(y + o, <f32> (<f64> f32.load(x + o) * scale));
    }
    x += size * 4;
    y += size * 4;
  }
}

/** to [columns, rows] = from [rows, columns], transposed. */
export function transpose(from: usize, rows: i32, columns: i32, to: usize): void {
  const line = <usize>rows << 2;
  for (let r = 0; r < rows; r++) {
    let target = to + (<usize>r << 2);
    for (let c = 0; c < columns; c++) {
      store<f32>(target, load<f32>(from));
      from += 4;
      target += line;
    }
  }
}

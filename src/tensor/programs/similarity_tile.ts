/**
 * A tile of similarities, products of rows of `all` with rows of `all`: what both programs of
 * NT-Xent are made of.
 *
 * A workgroup of 16 by 16 does 64 rows by 16 times `COLUMNS` columns. It puts 16 numbers of each
 * row at a time into shared memory; an invocation keeps 4 rows by `COLUMNS` columns in registers,
 * and loads two vectors from shared memory for 4 times `COLUMNS` multiply-adds.
 *
 * @module
 */

/** Rows of a tile. */
export const TILE_ROWS = 64;

/** How many columns an invocation does. */
export type TileColumns = 2 | 4;

/** Definitions of shared memory; 4 KiB, and 1 KiB a column of an invocation. */
export function similarityMemory(columns: TileColumns): string {
  return `
var<workgroup> rowTile: array<vec4<f32>, 256>;
var<workgroup> columnTile: array<vec${columns}<f32>, 256>;
fn similarityOf(row: u32, depth: u32) -> f32 {
  if (row >= u.total || depth >= u.size) { return 0.0; }
  return all[row * u.size + depth];
}`;
}

/**
 * Sets `products0`, `products1`, …: each column's products with the invocation's four rows. Uniform
 * control flow only.
 *
 * @param row The tile's first row. @param column Its first column.
 */
export function similarityTile(columns: TileColumns, row: string, column: string): string {
  const each = Array.from({ length: columns }, (_, c) => c);
  const load = (start: string, count: number) =>
    Array.from({ length: count }, (_, n) => `similarityOf(${start} + ${n}u, depth)`).join(", ");
  return `
  ${each.map((c) => `var products${c} = vec4<f32>(0.0);`).join("\n  ")}
  for (var start = 0u; start < u.size; start += 16u) {
    let depth = start + local.x;
    let ownRow = ${row} + 4u * local.y;
    let ownColumn = ${column} + ${columns}u * local.y;
    workgroupBarrier();
    rowTile[local.x * 16u + local.y] = vec4<f32>(${load("ownRow", 4)});
    columnTile[local.x * 16u + local.y] = vec${columns}<f32>(${load("ownColumn", columns)});
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let a = rowTile[k * 16u + local.y];
      let b = columnTile[k * 16u + local.x];
      ${each.map((c) => `products${c} += a * b[${c}];`).join("\n      ")}
    }
  }`;
}

/** Sets `bytes` bytes at `address` to zero. */
export function fillZero(address: usize, bytes: usize): void {
  memory.fill(address, 0, bytes);
}

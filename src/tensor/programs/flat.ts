/** Programs in which each invocation does one element of a flat array. @module */
import type { Groups } from "./run_program.ts";

/** A multiple of every GPU's wave (32 or 64), and the most that every device allows. */
const SIZE = 256;

/** Workgroups along one axis that every device allows. */
const MOST_GROUPS = 65535;

/** Enough workgroups for `count` invocations. */
export function flatGroups(count: number): Groups {
  const groups = Math.max(1, Math.ceil(count / SIZE));
  const x = Math.min(groups, MOST_GROUPS);
  return [x, Math.ceil(groups / x), 1];
}

/** An entry point that runs `body` with `i`, the element's index, from 0 to `count` - 1. */
export function flatMain(count: string, body: string): string {
  return `
@compute @workgroup_size(${SIZE})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * ${SIZE}u + local;
  if (i >= ${count}) { return; }
${body}
}`;
}

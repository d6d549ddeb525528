/**
 * Validation: zod's issues as faults that name field, rule and value.
 *
 * @module
 */
import type { z } from "zod";
import { type FieldError, InvalidError } from "../src/errors.ts";
import { preview } from "./preview.ts";

/** After so many faults nobody reads on. */
export const MAX_FAULTS = 20;

/**
 * Checks a value.
 *
 * @param root What a fault of the whole value is called: `body`, `query`.
 * @throws {InvalidError} With each field at fault.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  root: string,
): z.output<Schema> {
  const result = schema.safeParse(value, { error: ruleOf, reportInput: true });
  if (result.success) return result.data;
  throw invalid(faultsOf(result.error.issues, [], root));
}

/** The error of some faults, the first of them in its message. */
export function invalid(faults: FieldError[]): InvalidError {
  const first = faults[0]!;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const got = first.value === undefined ? "" : `, got ${JSON.stringify(preview(first.value))}`;
  return new InvalidError(
    `Cannot take the request: ${first.path} ${first.rule}${got}${more}`,
    { errors: faults.slice(0, MAX_FAULTS) },
  );
}

type Issue = z.core.$ZodIssue;

function faultsOf(issues: Issue[], base: PropertyKey[], root: string): FieldError[] {
  const faults: FieldError[] = [];
  // What is of another type breaks its other rules too: a text is no list of at most 4 items.
  const ofOtherType = new Set(
    issues.filter(({ code }) => code === "invalid_type").map(({ path }) => path.join("\0")),
  );
  const said = issues.filter(({ code, path }) =>
    code === "invalid_type" || !ofOtherType.has(path.join("\0"))
  );
  for (const issue of said.slice(0, MAX_FAULTS)) {
    const path = [...base, ...issue.path];
    const fault = (rule: string) => ({ path: pathText(path, root), rule, value: issue.input });
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys.slice(0, MAX_FAULTS)) {
        const holder = issue.input as Record<string, unknown> | undefined;
        const value = holder !== undefined && Object.hasOwn(holder, key) ? holder[key] : null;
        faults.push({ path: pathText([...path, key], root), rule: "is not a known field", value });
      }
    } else if (issue.code === "invalid_union" && issue.errors.length > 0) {
      if (issue.input === undefined) faults.push(fault("must be given"));
      else if (issue.errors.every(isOtherForm)) faults.push(fault(alternatives(issue.errors)));
      else faults.push(...faultsOf(closest(issue.errors), path, root));
    } else if (issue.code === "invalid_union") {
      // No branch has that name. The input is the whole object, the path its field with the name.
      const holder = issue.input as Record<PropertyKey, unknown> | null | undefined;
      const value = holder?.[issue.path.at(-1) ?? ""];
      const rule = value === undefined ? "must be given" : issue.message;
      faults.push({ ...fault(rule), value });
    } else {
      faults.push(fault(issue.message));
    }
  }
  return faults;
}

/** Whether the value is of another form altogether than this branch of a union wants. */
function isOtherForm(branch: Issue[]): boolean {
  return branch.some((issue) =>
    issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value")
  );
}

/** The branch of a union that was most likely meant: of the right form, with the fewest faults. */
function closest(branches: Issue[][]): Issue[] {
  const faults = (branch: Issue[]) =>
    branch.reduce(
      (n, issue) => n + (issue.code === "unrecognized_keys" ? issue.keys.length : 1),
      0,
    );
  const candidates = branches.filter((branch) => !isOtherForm(branch));
  return candidates.reduce((best, branch) => faults(branch) < faults(best) ? branch : best);
}

/** `must be a string or a list`. */
function alternatives(branches: Issue[][]): string {
  const forms = branches.flatMap((branch) => branch.map((issue) => issue.message));
  return `must be ${forms.map((rule) => rule.replace(/^must be /, "")).join(" or ")}`;
}

/** A path as people write it: `recipe.augment.crop.area[0]`. */
export function pathText(path: readonly PropertyKey[], root: string): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (/^[A-Za-z_$][\w$-]{0,99}$/.test(String(key))) text += `${text && "."}${String(key)}`;
    else text += `[${JSON.stringify(preview(String(key)))}]`;
  }
  return text === "" ? root : text;
}

const TYPE_NAMES: Partial<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string",
  tuple: "a list",
};

const quoted = (values: readonly unknown[]) => values.map((v) => JSON.stringify(v)).join(", ");

/** The rule that was broken, in words. Messages that a schema gives itself come before it. */
function ruleOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "must be given";
      if (issue.expected === "number" && typeof issue.input === "number") {
        return "must be a finite number";
      }
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case "too_small":
      return sizeRule(
        issue.origin,
        issue.inclusive === false ? "more than" : "at least",
        issue.minimum,
      );
    case "too_big":
      return sizeRule(
        issue.origin,
        issue.inclusive === false ? "less than" : "at most",
        issue.maximum,
      );
    case "invalid_value":
      if (issue.input === undefined) return "must be given";
      return issue.values.length === 1
        ? `must be ${quoted(issue.values)}`
        : `must be one of ${quoted(issue.values)}`;
    case "invalid_union": {
      const options: unknown = issue["options"];
      return Array.isArray(options)
        ? `must be one of ${quoted(options)}`
        : "must be of a known form";
    }
    case "invalid_format":
      return `must be ${issue.format}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return undefined;
  }
}

function sizeRule(origin: string, bound: string, size: number | bigint): string {
  if (origin === "string") return `must have ${bound} ${size} characters`;
  if (origin === "array") return `must have ${bound} ${size} ${size === 1 ? "item" : "items"}`;
  return `must be ${bound} ${size}`;
}

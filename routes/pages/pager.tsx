/** Earlier and later pages of a list. @module */
import { count } from "./format.ts";

/** What {@linkcode Pager} takes. */
export interface PagerProps {
  total: number;
  offset: number;
  limit: number;
  /** The address of the page that begins there. */
  to: (offset: number) => string;
}

/** Nothing where everything is on one page. */
export function Pager({ total, offset, limit, to }: PagerProps) {
  if (total <= limit && offset === 0) return null;
  const last = Math.min(total, offset + limit);
  return (
    <nav class="actions pager" aria-label="Pages">
      {offset > 0 && <a class="button" href={to(Math.max(0, offset - limit))}>Earlier</a>}
      {last > offset && (
        <span class="soft">{`${count(offset + 1)} to ${count(last)} of ${count(total)}`}</span>
      )}
      {last < total && <a class="button" href={to(offset + limit)}>Later</a>}
    </nav>
  );
}

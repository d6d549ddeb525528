/** All of a kind, a card each, on a page of their own. @module */
import type { Child } from "hono/jsx";

/** The cards' own headings are of the third level; the second is there to be heard. */
export function Cards({ children }: { children?: Child }) {
  return (
    <section class="cards" aria-labelledby="cards-heading">
      <h2 class="visually-hidden" id="cards-heading">Those there are</h2>
      {children}
    </section>
  );
}

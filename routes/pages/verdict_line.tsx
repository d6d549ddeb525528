/** The verdict on a run in words. @module */
import type { Health, Verdict } from "../../src/schemas/health.ts";

const MOOD: Record<Verdict, string> = {
  "warming-up": "",
  "learning": "good",
  "plateau": "warn",
  "outplayed": "warn",
  "collapsing": "bad",
  "diverged": "bad",
};

/** As the run ended, or as it is. */
export function VerdictLine({ health: { verdict, reason } }: { health: Health }) {
  return (
    <p>
      <strong class={MOOD[verdict]}>{verdict}</strong>
      {` – ${reason}`}
    </p>
  );
}

/** The loss of every step, on request; `assets/loss_curve.js` asks for it once it is opened. @module */

/** Of a job, or of an entry of a tournament. */
export function Losses({ entry }: { entry?: number }) {
  return (
    <details class="card" data-losses data-entry={entry}>
      <summary>The loss of every step</summary>
      <div data-losses-chart></div>
      <p class="soft" data-losses-status></p>
    </details>
  );
}

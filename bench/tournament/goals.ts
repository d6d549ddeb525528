/** What each head is to do on held-out images, and what it does. @module */
import type { Model } from "../../src/schemas/model.ts";

/** A figure of a card's `heads`, and how high it should be. */
interface Goal {
  task: string;
  objective: string;
  metric: string;
  chance: number;
  goal: number;
  unit: "%" | "dB";
}

/** Issue 7: 10 minutes each on two cores. */
const GOALS: readonly Goal[] = [
  {
    task: "rotation",
    objective: "rotation",
    metric: "rotationAccuracy",
    chance: 25,
    goal: 60,
    unit: "%",
  },
  {
    task: "relative position",
    objective: "relative-position",
    metric: "relativePositionAccuracy",
    chance: 12.5,
    goal: 30,
    unit: "%",
  },
  {
    task: "jigsaw 2×2, 24 permutations",
    objective: "jigsaw",
    metric: "jigsawAccuracy",
    chance: 4.2,
    goal: 35,
    unit: "%",
  },
  {
    task: "hole, PSNR over its mean",
    objective: "context-encoder",
    metric: "contextPsnrGain",
    chance: 0,
    goal: 3,
    unit: "dB",
  },
  {
    task: "denoising σ 0.2, PSNR gained",
    objective: "denoising-autoencoder",
    metric: "denoisingPsnrGain",
    chance: 0,
    goal: 5,
    unit: "dB",
  },
  {
    task: "frame order",
    objective: "frame-order",
    metric: "frameOrderAccuracy",
    chance: 50,
    goal: 75,
    unit: "%",
  },
];

/** A row a goal, as Markdown. */
export function goalsText(models: readonly Model[]): string {
  const rows = GOALS.map(({ task, objective, metric, chance, goal, unit }) => {
    const value = models.flatMap(({ card }) => card.heads[objective]?.[metric] ?? [])[0];
    if (value === undefined) return [task, chance, goal, "not there", ""];
    const found = unit === "%" ? 100 * value : value;
    return [
      task,
      `${chance} ${unit}`,
      `${goal} ${unit}`,
      `${found.toFixed(1)} ${unit}`,
      found >= goal ? "reached" : "missed",
    ];
  });
  return table(["task", "chance", "goal", "held-out images", ""], rows);
}

/** Every held-out metric of every head, and how far it came. */
export function headsText(models: readonly Model[]): string {
  const rows = models.map(({ name, card }) => [
    name,
    card.steps,
    card.epochs.toFixed(1),
    Math.round(card.viewsPerSecond),
    Object.values(card.heads).flatMap((head) =>
      Object.entries(head).map(([metric, value]) => `${metric} ${value.toFixed(3)}`)
    ).join(", "),
  ]);
  return table(["model", "steps", "epochs", "views/s", "its head"], rows);
}

/** As Markdown. */
export function table(head: readonly string[], rows: readonly (string | number)[][]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

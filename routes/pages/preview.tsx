/**
 * How views of a data set look, by sliders, and what an objective makes of them; `assets/preview.js`
 * draws them.
 *
 * @module
 */
import { presetFor } from "../../src/jobs/resolve_train.ts";
import { OBJECTIVE_NAMES } from "../../src/schemas/objective.ts";
import {
  BlurOptions,
  CropOptions,
  CutoutOptions,
  JitterOptions,
  NoiseOptions,
  RecipePreset,
} from "../../src/schemas/recipe.ts";

/** The steps that a recipe may leave out, as they are when someone turns them on. */
const ABSENT = {
  crop: CropOptions.parse({}),
  jitter: JitterOptions.parse({}),
  blur: BlurOptions.parse({}),
  noise: NoiseOptions.parse({}),
  cutout: CutoutOptions.parse({}),
};

/** A number of a recipe's augmentations, by its path; ranges are moved at one end. */
interface Slider {
  path: string;
  label: string;
  max: number;
  step: number;
  min?: number;
}

/** The steps of a view in their order. A range's other end stays as the preset has it. */
const STEPS: { title: string; name: string; optional: boolean; sliders: Slider[] }[] = [
  {
    title: "Crop",
    name: "crop",
    optional: true,
    sliders: [{ path: "crop.area.0", label: "Least area", min: 0.01, max: 1, step: 0.01 }],
  },
  {
    title: "Colour",
    name: "jitter",
    optional: true,
    sliders: [
      { path: "jitter.probability", label: "How often", max: 1, step: 0.05 },
      { path: "jitter.brightness", label: "Brightness", max: 2, step: 0.05 },
      { path: "jitter.contrast", label: "Contrast", max: 2, step: 0.05 },
      { path: "jitter.saturation", label: "Saturation", max: 2, step: 0.05 },
      { path: "jitter.hue", label: "Hue", max: 0.5, step: 0.01 },
    ],
  },
  {
    title: "Often",
    name: "often",
    optional: false,
    sliders: [
      { path: "flip", label: "Mirrored", max: 1, step: 0.05 },
      { path: "grey", label: "Grey", max: 1, step: 0.05 },
      { path: "rotate90", label: "Turned by 90°", max: 1, step: 0.05 },
      { path: "sobel", label: "Edges only", max: 1, step: 0.05 },
      { path: "tilt", label: "Tilt, degrees", max: 180, step: 1 },
    ],
  },
  {
    title: "Blur",
    name: "blur",
    optional: true,
    sliders: [
      { path: "blur.probability", label: "How often", max: 1, step: 0.05 },
      { path: "blur.sigma.1", label: "Most, pixels", min: 0.1, max: 10, step: 0.1 },
    ],
  },
  {
    title: "Noise",
    name: "noise",
    optional: true,
    sliders: [
      { path: "noise.probability", label: "How often", max: 1, step: 0.05 },
      { path: "noise.sigma.1", label: "Most", min: 0.02, max: 1, step: 0.01 },
    ],
  },
  {
    title: "Cutout",
    name: "cutout",
    optional: true,
    sliders: [
      { path: "cutout.probability", label: "How often", max: 1, step: 0.05 },
      { path: "cutout.size.1", label: "Largest side", min: 0.25, max: 1, step: 0.05 },
    ],
  },
];

/** A fold: the embedders draw nothing before someone looks. */
export function Preview({ dataset }: { dataset: string }) {
  return (
    <details class="card" data-preview={dataset} data-absent={JSON.stringify(ABSENT)}>
      <summary>How training sees them</summary>
      <div class="preview">
        <form class="sliders">
          <div>
            <label for="shown-objective">What the network sees of</label>
            <select id="shown-objective" name="objective">
              <option
                value=""
                data-preset={presetFor("simclr", 3)}
                data-grey={presetFor("simclr", 1)}
              >
                pictures as the recipe changes them
              </option>
              {OBJECTIVE_NAMES.map((name) => (
                <option
                  value={name}
                  data-preset={presetFor(name, 3)}
                  data-grey={presetFor(name, 1)}
                >
                  {name}
                </option>
              ))}
            </select>
          </div>
          <div data-options hidden>
            <label for="shown-options">Its options, JSON</label>
            <textarea
              id="shown-options"
              name="options"
              rows={2}
              spellcheck={false}
              placeholder="{}"
              aria-describedby="preview-fault"
            >
            </textarea>
          </div>
          <div>
            <label for="preset">Recipe</label>
            <select id="preset" name="preset">
              {RecipePreset.options.map((name) => <option value={name}>{name}</option>)}
            </select>
          </div>
          {STEPS.map(({ title, name, optional, sliders }) => (
            <fieldset>
              <legend>
                {optional
                  ? (
                    <label class="check">
                      <input type="checkbox" data-step={name} /> {title}
                    </label>
                  )
                  : title}
              </legend>
              {sliders.map((slider) => <SliderField {...slider} />)}
            </fieldset>
          ))}
        </form>
        <div>
          <img
            data-views
            alt="A row a picture: the original, then its views"
            width="688"
            height="394"
          />
          <div class="hint" data-captions></div>
          <p class="fault" id="preview-fault" data-fault role="status"></p>
          <div class="actions">
            <button type="button" data-draw>Draw others</button>
            <a class="button" data-train>Train with this</a>
          </div>
          <details>
            <summary>As JSON</summary>
            <pre data-json></pre>
          </details>
        </div>
      </div>
    </details>
  );
}

function SliderField({ path, label, min = 0, max, step }: Slider) {
  return (
    <label>
      <span>
        {label} <output></output>
      </span>
      <input type="range" data-path={path} min={min} max={max} step={step} />
    </label>
  );
}

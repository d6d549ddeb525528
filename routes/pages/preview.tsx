/** How views of a data set look, by sliders; `assets/preview.js` draws them. @module */
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
            width="480"
            height="256"
          />
          <p class="fault" data-fault role="status"></p>
          <div class="actions">
            <button type="button" data-draw>Draw others</button>
            <a class="button" data-train>Train with this recipe</a>
          </div>
          <details>
            <summary>The recipe as JSON</summary>
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

/**
 * Embeds pictures in the browser by a model that Alike exported. A classic script, and `tf` a global:
 * browsers load modules from no page that was opened from disk.
 */
const status = document.getElementById("status");
const list = document.getElementById("embeddings");
const pictures = document.getElementById("pictures");
let model;
/** The first embedding, which the others are compared with. */
let first;

/** @param source What `tf.loadLayersModel` takes: an address, or files of the user's. */
async function load(source) {
  const loaded = await tf.loadLayersModel(source);
  const { name, digest, spec } = loaded.getUserDefinedMetadata() ?? {};
  if (spec === undefined) throw new Error("The model was not exported by Alike.");
  model = loaded;
  first = undefined;
  list.replaceChildren();
  pictures.querySelector("input").disabled = false;
  say(`${name}, ${digest.slice(0, 8)}, on ${tf.getBackend()}`);
}

/**
 * Pixels as the service makes them: on white, scaled to cover the square, of which the centre is
 * kept; grey is the luma of ITU-R BT.601. Only the filter that scales is the browser's own.
 */
function pixelsOf(picture, { size, channels }) {
  const { width, height } = picture;
  const scale = size / Math.min(width, height);
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, size, size);
  context.translate((size - width * scale) / 2, (size - height * scale) / 2);
  context.drawImage(picture, 0, 0, width * scale, height * scale);
  return tf.tidy(() => {
    const rgb = tf.browser.fromPixels(context.getImageData(0, 0, size, size));
    if (channels === 3) return rgb.expandDims();
    return rgb.mul([0.299, 0.587, 0.114]).sum(2, true).round().expandDims();
  });
}

/** h of a picture, of length 1: cosines are products. Preprocessing is in the model. */
async function embed(file) {
  const { spec } = model.getUserDefinedMetadata();
  const picture = await createImageBitmap(file);
  const h = tf.tidy(() => {
    const row = model.predict(pixelsOf(picture, spec.preprocessing)).squeeze([0]);
    return row.div(row.norm());
  });
  const numbers = await h.data();
  h.dispose();
  return numbers;
}

async function show(files) {
  if (model === undefined) return say("The model first.");
  for (const file of files) {
    const h = await embed(file);
    first ??= h;
    const cosine = h.reduce((sum, x, i) => sum + x * first[i], 0);
    const item = list.appendChild(document.createElement("li"));
    const image = item.appendChild(document.createElement("img"));
    image.src = URL.createObjectURL(file);
    image.alt = "";
    const text = item.appendChild(document.createElement("div"));
    text.append(`${file.name}: cosine to the first ${cosine.toFixed(3)}`);
    const numbers = text.appendChild(document.createElement("details"));
    numbers.appendChild(document.createElement("summary")).append(`${h.length} numbers`);
    numbers.appendChild(document.createElement("code")).append(JSON.stringify([...h]));
  }
}

/** What is chosen or dropped at a place. */
function take(place, use) {
  const run = (files) => use([...files]).catch((error) => say(error.message));
  const input = place.querySelector("input");
  input.addEventListener("change", () => run(input.files));
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    run(event.dataTransfer.files);
  });
}

function say(text) {
  status.textContent = text;
}

take(document.getElementById("model"), async (files) => {
  const json = files.filter(({ name }) => name.endsWith(".json"));
  const weights = files.filter(({ name }) => name.endsWith(".bin"));
  // Without any weights tfjs would draw some.
  if (json.length !== 1 || weights.length === 0) {
    throw new Error("It takes model.json and all of its .bin files.");
  }
  await load(tf.io.browserFiles([...json, ...weights]));
});
take(pictures, show);

const address = new URLSearchParams(location.search).get("model");
if (address !== null) load(address).catch((error) => say(error.message));

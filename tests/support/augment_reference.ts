/**
 * Augmentation in double precision, one pixel at a time: slow, plain, and written from torchvision's
 * documentation and Wikipedia's HSV, not from the code it is compared with.
 *
 * @module
 */

/** What is done to an image; what is left out leaves it as it is. */
export interface ReferenceView {
  cropTop?: number;
  cropLeft?: number;
  cropHeight?: number;
  cropWidth?: number;
  flip?: number;
  order?: ("brightness" | "contrast" | "saturation" | "hue")[];
  brightness?: number;
  contrast?: number;
  saturation?: number;
  hue?: number;
  grey?: number;
  turns?: number;
}

/** A picture of numbers in 0..1, [row][column][channel]. */
type Picture = number[][][];

const clip = (value: number) => Math.min(1, Math.max(0, value));

function luma(pixel: number[]): number {
  if (pixel.length === 1) return pixel[0]!;
  return 0.2989 * pixel[0]! + 0.587 * pixel[1]! + 0.114 * pixel[2]!;
}

function mapPixels(picture: Picture, f: (pixel: number[]) => number[]): Picture {
  return picture.map((row) => row.map(f));
}

function mix(a: number[], b: number, factor: number): number[] {
  return a.map((value) => clip(factor * value + (1 - factor) * b));
}

function rgbToHsv([r, g, b]: number[]): [number, number, number] {
  const value = Math.max(r!, g!, b!);
  const chroma = value - Math.min(r!, g!, b!);
  const saturation = value === 0 ? 0 : chroma / value;
  if (chroma === 0) return [0, saturation, value];
  let degrees = value === r ? (g! - b!) / chroma : 0;
  if (value === g && value !== r) degrees = 2 + (b! - r!) / chroma;
  if (value === b && value !== r && value !== g) degrees = 4 + (r! - g!) / chroma;
  return [((degrees * 60) % 360 + 360) % 360, saturation, value];
}

function hsvToRgb(degrees: number, saturation: number, value: number): number[] {
  const chroma = value * saturation;
  const sextant = degrees / 60;
  const second = chroma * (1 - Math.abs(sextant % 2 - 1));
  const rest = value - chroma;
  const [r, g, b] = [
    [chroma, second, 0],
    [second, chroma, 0],
    [0, chroma, second],
    [0, second, chroma],
    [second, 0, chroma],
    [chroma, 0, second],
  ][Math.min(5, Math.floor(sextant))]!;
  return [r! + rest, g! + rest, b! + rest];
}

/** Bilinear with half-pixel centres, edges of the crop repeated. */
function sample(picture: Picture, y: number, x: number, channel: number): number {
  const height = picture.length;
  const width = picture[0]!.length;
  const at = (i: number, j: number) =>
    picture[Math.min(height - 1, Math.max(0, i))]![Math.min(width - 1, Math.max(0, j))]![channel]!;
  const i = Math.floor(y);
  const j = Math.floor(x);
  const upper = at(i, j) * (1 - (x - j)) + at(i, j + 1) * (x - j);
  const lower = at(i + 1, j) * (1 - (x - j)) + at(i + 1, j + 1) * (x - j);
  return upper * (1 - (y - i)) + lower * (y - i);
}

function resize(picture: Picture, height: number, width: number): Picture {
  const scaleY = picture.length / height;
  const scaleX = picture[0]!.length / width;
  return Array.from(
    { length: height },
    (_, y) =>
      Array.from(
        { length: width },
        (_, x) =>
          picture[0]![0]!.map((_, channel) =>
            sample(picture, (y + 0.5) * scaleY - 0.5, (x + 0.5) * scaleX - 0.5, channel)
          ),
      ),
  );
}

/** Counter-clockwise: the last column becomes the first row. */
function quarterTurn(picture: Picture): Picture {
  const width = picture[0]!.length;
  return Array.from({ length: width }, (_, y) => picture.map((row) => row[width - 1 - y]!));
}

function adjust(
  picture: Picture,
  name: NonNullable<ReferenceView["order"]>[number],
  view: ReferenceView,
): Picture {
  const amount = view[name]!;
  const coloured = picture[0]![0]!.length === 3;
  switch (name) {
    case "brightness":
      return mapPixels(picture, (pixel) => mix(pixel, 0, amount));
    case "contrast": {
      const greys = picture.flat().map(luma);
      const mean = greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
      return mapPixels(picture, (pixel) => mix(pixel, mean, amount));
    }
    case "saturation":
      if (!coloured) return picture;
      return mapPixels(picture, (pixel) => mix(pixel, luma(pixel), amount));
    case "hue":
      if (!coloured) return picture;
      return mapPixels(picture, (pixel) => {
        const [degrees, saturation, value] = rgbToHsv(pixel);
        return hsvToRgb(((degrees + 360 * amount) % 360 + 360) % 360, saturation, value);
      });
  }
}

/**
 * One view of one image.
 *
 * @param pixels uint8, [height, width, channels].
 * @returns Numbers in 0..1, [height, width, channels].
 */
export function referenceView(
  pixels: ArrayLike<number>,
  height: number,
  width: number,
  channels: number,
  view: ReferenceView,
): number[] {
  let picture: Picture = Array.from(
    { length: height },
    (_, y) =>
      Array.from(
        { length: width },
        (_, x) =>
          Array.from({ length: channels }, (_, channel) =>
            pixels[(y * width + x) * channels + channel]! / 255),
      ),
  );
  const top = view.cropTop ?? 0;
  const left = view.cropLeft ?? 0;
  picture = picture.slice(top, top + (view.cropHeight ?? height))
    .map((row) => row.slice(left, left + (view.cropWidth ?? width)));
  picture = resize(picture, height, width);
  if (view.flip) picture = picture.map((row) => row.toReversed());
  for (const name of view.order ?? []) picture = adjust(picture, name, view);
  if (view.grey && channels === 3) {
    picture = mapPixels(picture, (pixel) => pixel.map(() => luma(pixel)));
  }
  for (let turn = 0; turn < (view.turns ?? 0); turn++) picture = quarterTurn(picture);
  return picture.flat(2);
}

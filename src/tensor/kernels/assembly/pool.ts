// Gradients of max and average pooling, NHWC, 4 channels at a time.

/**
 * dx = gradient of max pooling: each output's gradient goes to the first largest input of its
 * window, as on every backend of tfjs; to none if all of the window is NaN or -Infinity.
 */
export function maxPoolGradient(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32, outWidth: i32, x: usize, dy: usize,
  dx: usize,
): void {
  memory.fill(dx, 0, <usize>(images * inHeight * inWidth * channels) << 2);
  const pixel = <usize>channels << 2;
  for (let n = 0; n < images; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y0 = max(0, top + oy * strideY);
      const y1 = min(inHeight, top + oy * strideY + kernelHeight);
      for (let ox = 0; ox < outWidth; ox++) {
        const x0 = max(0, left + ox * strideX);
        const x1 = min(inWidth, left + ox * strideX + kernelWidth);
        let c = 0;
        for (; c + 4 <= channels; c += 4) {
          let best = f32x4.splat(-Infinity);
          let where = i32x4.splat(-1);
          for (let iy = y0; iy < y1; iy++) {
            let at = <usize>((n * inHeight + iy) * inWidth + x0) * pixel + (<usize>c << 2);
            for (let ix = x0; ix < x1; ix++) {
              const value = v128.load(x + at);
              const larger = f32x4.gt(value, best);
              best = v128.bitselect(value, best, larger);
              where = v128.bitselect(i32x4.splat(<i32>at), where, larger);
              at += pixel;
            }
          }
          const g = v128.load(dy);
          scatter(dx, i32x4.extract_lane(where, 0), f32x4.extract_lane(g, 0), 0);
          scatter(dx, i32x4.extract_lane(where, 1), f32x4.extract_lane(g, 1), 4);
          scatter(dx, i32x4.extract_lane(where, 2), f32x4.extract_lane(g, 2), 8);
          scatter(dx, i32x4.extract_lane(where, 3), f32x4.extract_lane(g, 3), 12);
          dy += 16;
        }
        for (; c < channels; c++) {
          let best: f32 = -Infinity;
          let where: i32 = -1;
          for (let iy = y0; iy < y1; iy++) {
            let at = <usize>((n * inHeight + iy) * inWidth + x0) * pixel + (<usize>c << 2);
            for (let ix = x0; ix < x1; ix++) {
              const value = load<f32>(x + at);
              if (value > best) {
                best = value;
                where = <i32>at;
              }
              at += pixel;
            }
          }
          scatter(dx, where, load<f32>(dy), 0);
          dy += 4;
        }
      }
    }
  }
}

/** Adds a gradient at `where` bytes from dx, unless that is -1 (no multiple of 4 is). */
// @ts-ignore: decorator
@inline
function scatter(dx: usize, where: i32, gradient: f32, lane: usize): void {
  if (where == -1) return;
  const address = dx + <usize>where + lane;
  store<f32>(address, load<f32>(address) + gradient);
}

/**
 * dx = gradient of average pooling, whose average is over the inputs that exist: padding does not
 * count.
 */
export function averagePoolGradient(
  images: i32, inHeight: i32, inWidth: i32, channels: i32, top: i32, left: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, outHeight: i32, outWidth: i32, dy: usize, dx: usize,
): void {
  memory.fill(dx, 0, <usize>(images * inHeight * inWidth * channels) << 2);
  const pixel = <usize>channels << 2;
  for (let n = 0; n < images; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y0 = max(0, top + oy * strideY);
      const y1 = min(inHeight, top + oy * strideY + kernelHeight);
      for (let ox = 0; ox < outWidth; ox++) {
        const x0 = max(0, left + ox * strideX);
        const x1 = min(inWidth, left + ox * strideX + kernelWidth);
        const count = max(0, y1 - y0) * max(0, x1 - x0);
        const share: f32 = count > 0 ? 1 / <f32>count : 0;
        for (let iy = y0; iy < y1; iy++) {
          let at = dx + <usize>((n * inHeight + iy) * inWidth + x0) * pixel;
          for (let ix = x0; ix < x1; ix++) {
            addScaled(at, dy, share, channels);
            at += pixel;
          }
        }
        dy += pixel;
      }
    }
  }
}

/** to[c] += from[c] * share. */
// @ts-ignore: decorator
@inline
function addScaled(to: usize, from: usize, share: f32, channels: i32): void {
  const shares = f32x4.splat(share);
  let c = channels;
  for (; c >= 4; c -= 4) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), shares)));
    to += 16;
    from += 16;
  }
  for (; c > 0; c--) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * share);
    to += 4;
    from += 4;
  }
}

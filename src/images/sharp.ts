/**
 * sharp, as untrusted bytes may meet it: only the loaders of the formats we accept. Import it from
 * here, so that no other part of the program opens SVG, PDF, TIFF or HEIF by accident.
 *
 * libvips is one per process, so what is set here holds in every worker.
 *
 * @module
 */
import sharp from "sharp";

sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadNsgif",
  ],
});
// No image is decoded twice; a cache of operations only holds memory.
sharp.cache(false);

export { sharp };
